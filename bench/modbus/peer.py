"""A Modbus TCP client that shares nothing with us reads a device of ours, and prints what it says.

    python3 bench/modbus/peer.py HOST PORT WORD_ORDER
"""
import json
import sys

from pymodbus.client import ModbusTcpClient

host, port, order = sys.argv[1], int(sys.argv[2]), sys.argv[3]
client = ModbusTcpClient(host, port=port, timeout=3, retries=0)
client.connect()
types = client.DATATYPE
places = [
    ("int16", 0, 1, types.INT16),
    ("uint16", 1, 1, types.UINT16),
    ("int32", 2, 2, types.INT32),
    ("uint32", 4, 2, types.UINT32),
    ("float32", 6, 2, types.FLOAT32),
]
said = {}
for name, address, count, kind in places:
    for table, read in (("holding", client.read_holding_registers), ("input", client.read_input_registers)):
        answer = read(address, count=count, device_id=1)
        said[f"{name} {table}"] = client.convert_from_registers(
            answer.registers, kind, word_order=order
        )
beyond = client.read_holding_registers(50, count=1, device_id=1)
said["beyond"] = beyond.exception_code
said["busy"] = client.read_holding_registers(0, count=1, device_id=2).exception_code
client.close()
print(json.dumps(said))
