"""A CoAP library that shares nothing with us observes a child of ours, or lets us observe one.

    python3 bench/coap/peer.py observe HOST PORT COUNT PATH...
    python3 bench/coap/peer.py serve HOST PORT
"""
import asyncio
import json
import sys

import aiocoap
import aiocoap.resource


async def observed(context, base, path, count):
    """What came first, and so many notifications after it."""
    request = context.request(aiocoap.Message(code=aiocoap.GET, uri=base + path, observe=0))
    first = await asyncio.wait_for(request.response, 10)
    print(json.dumps({"registered": path}), flush=True)
    said = [first]
    async for notification in request.observation:
        said.append(notification)
        if len(said) > count:
            break
    request.observation.cancel()
    return [
        {
            "payload": one.payload.decode(),
            "code": one.code.dotted,
            "observe": one.opt.observe,
            "maxAge": one.opt.max_age,
            "format": int(one.opt.content_format),
            "type": str(one.mtype),
        }
        for one in said
    ]


async def observe(host, port, count, paths):
    context = await aiocoap.Context.create_client_context()
    base = f"coap://{host}:{port}"
    plain = await context.request(aiocoap.Message(code=aiocoap.GET, uri=base + paths[0])).response
    missing = await context.request(aiocoap.Message(code=aiocoap.GET, uri=base + "/nowhere")).response
    all_said = await asyncio.gather(*(observed(context, base, path, count) for path in paths))
    said = {
        "plain": plain.payload.decode(),
        "missing": missing.code.dotted,
        "observed": dict(zip(paths, all_said)),
    }
    print(json.dumps(said), flush=True)
    # Whoever is told more than it wants says so.
    await asyncio.sleep(1)
    await context.shutdown()


class Counter(aiocoap.resource.ObservableResource):
    """Says the next number five times a second, for as long as anybody observes it."""

    def __init__(self):
        super().__init__()
        self.count = 0
        self.observers = 0

    async def render_get(self, request):
        return aiocoap.Message(payload=json.dumps({"n": self.count, "v": {"count": self.count}}).encode())

    def update_observation_count(self, newcount):
        print(json.dumps({"observers": newcount}), flush=True)

    async def go_on(self):
        while True:
            await asyncio.sleep(0.2)
            self.count += 1
            self.updated_state()


async def serve(host, port):
    site = aiocoap.resource.Site()
    counter = Counter()
    site.add_resource(["count"], counter)
    await aiocoap.Context.create_server_context(site, bind=(host, port))
    print(json.dumps({"serves": port}), flush=True)
    await counter.go_on()


if sys.argv[1] == "observe":
    asyncio.run(observe(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]))
else:
    asyncio.run(serve(sys.argv[2], int(sys.argv[3])))
