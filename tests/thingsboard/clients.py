"""Drives the ThingsBoard Python client, one device and one gateway, against whatever listens.

It is told on its standard input, a JSON object a line, what to do next, and says on its standard
output, likewise, what came of it: so a test can ask for things in between.
"""

import json
import sys
import threading
import time

from tb_device_mqtt import TBDeviceMqttClient
from tb_gateway_mqtt import TBGatewayMqttClient

HOST, PORT, DEVICE, GATEWAY = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
LOCK = threading.Lock()


def say(**said):
    with LOCK:
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def on_rpc(request_id, request):
    say(what="rpc", id=request_id, method=request["method"], params=request["params"])
    device.send_rpc_reply(request_id, {"name": request["method"], "done": True})


def on_child_rpc(gateway, content):
    data = content["data"]
    say(what="child-rpc", device=content["device"], method=data["method"], params=data["params"])
    gateway.gw_send_rpc_reply(content["device"], data["id"], {"name": data["method"], "done": True})


def connected(client):
    """It goes about it on its own, and says when it is in."""
    client.connect()
    for _ in range(400):
        if client.is_connected():
            return True
        time.sleep(0.05)
    return False


device = TBDeviceMqttClient(HOST, PORT, username=DEVICE, client_id="a-name-of-its-own")
device.set_server_side_rpc_request_handler(on_rpc)
DEVICE_IS_IN = connected(device)
device.subscribe_to_all_attributes(lambda content, *_: say(what="shared", content=content))
gateway = TBGatewayMqttClient(HOST, PORT, username=GATEWAY)
gateway.gw_set_server_side_rpc_request_handler(on_child_rpc)
GATEWAY_IS_IN = connected(gateway)
gateway.gw_subscribe_to_all_attributes(lambda content: say(what="child-shared", content=content))


def told(info):
    """Published and acknowledged, or whatever the client calls what went wrong."""
    return int(info.get())


def do(wish):
    what = wish["do"]
    if what == "telemetry":
        return told(device.send_telemetry(wish["values"]))
    if what == "attributes":
        return told(device.send_attributes(wish["values"]))
    if what == "wanted":
        device.request_attributes(
            wish["client"], wish["shared"], callback=lambda content, _: say(what="had", content=content)
        )
        return 0
    if what == "call":
        device.send_rpc_call(wish["method"], {}, lambda _, content, __: say(what="answer", content=content))
        return 0
    if what == "connect":
        return told(gateway.gw_connect_device(wish["child"]))
    if what == "child-telemetry":
        return told(gateway.gw_send_telemetry(wish["child"], wish["values"]))
    if what == "child-attributes":
        return told(gateway.gw_send_attributes(wish["child"], wish["values"]))
    if what == "child-wanted":
        ask = gateway.gw_request_shared_attributes if wish["scope"] == "shared" else gateway.gw_request_client_attributes
        ask(wish["child"], wish["keys"], lambda content, _: say(what="child-had", content=content))
        return 0
    raise ValueError(what)


say(what="ready", device=DEVICE_IS_IN, gateway=GATEWAY_IS_IN)
for line in sys.stdin:
    wish = json.loads(line)
    say(what="done", of=wish["do"], rc=do(wish))
device.disconnect()
gateway.disconnect()
say(what="gone")
