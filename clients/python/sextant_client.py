"""Channels whose calls are signed with the mesh key, as the services demand."""

import hashlib
import hmac
import pathlib
import sys
import time
import uuid

import grpc

sys.path.append(str(pathlib.Path(__file__).parent / "generated"))

from sextant.access.v1.access_pb2 import CallerToken, Role, SignedCaller  # noqa: E402

LIFETIME_SECONDS = 120


def connect(target, mesh_key, tenant, role="editor", subject="python client"):
    """Opens a channel to a service, `host:port`, for one tenant and role."""
    return grpc.intercept_channel(
        grpc.insecure_channel(target), _Signer(mesh_key, tenant, role, subject)
    )


def sign(mesh_key, tenant, role, subject):
    """The value of the metadata key `sextant-caller-bin`."""
    payload = CallerToken(
        tenant_id=tenant,
        role=Role.Value(f"ROLE_{role.upper()}"),
        subject=subject,
        request_id=str(uuid.uuid4()),
        expires_at_ms=int((time.time() + LIFETIME_SECONDS) * 1000),
    ).SerializeToString()
    signature = hmac.new(mesh_key.encode(), payload, hashlib.sha256).digest()
    return SignedCaller(payload=payload, signature=signature).SerializeToString()


class _Call(grpc.ClientCallDetails):
    def __init__(self, details, metadata):
        self.method = details.method
        self.timeout = details.timeout
        self.metadata = metadata
        self.credentials = details.credentials
        self.wait_for_ready = details.wait_for_ready
        self.compression = details.compression


class _Signer(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    def __init__(self, *caller):
        self.caller = caller

    def _signed(self, proceed, details, request):
        metadata = [*(details.metadata or []), ("sextant-caller-bin", sign(*self.caller))]
        return proceed(_Call(details, metadata), request)

    intercept_unary_unary = _signed
    intercept_unary_stream = _signed
    intercept_stream_unary = _signed
    intercept_stream_stream = _signed
