"""Generates the Python classes of the contract into ./generated from the descriptor set that the build leaves."""

import pathlib
import sys

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

here = pathlib.Path(__file__).parent
contract = here.parent.parent / "proto/target/classes/sextant/contract.desc"
out = here / "generated"
out.mkdir(exist_ok=True)

files = FileDescriptorSet.FromString(contract.read_bytes()).file
# The Python runtime brings the classes of google/protobuf itself.
names = [file.name for file in files if not file.name.startswith("google/protobuf/")]
options = [f"--descriptor_set_in={contract}", f"--python_out={out}", f"--grpc_python_out={out}"]
sys.exit(protoc.main(["protoc", *options, *names]))
