import { create, toBinary } from "@bufbuild/protobuf";
import { encodeBinaryHeader, type Interceptor } from "@connectrpc/connect";
import { createHmac, randomUUID } from "node:crypto";
import {
  CallerTokenSchema,
  Role,
  SignedCallerSchema,
} from "./generated/sextant/access/v1/access_pb.js";

export { Role };

/** Who calls. */
export interface Caller {
  tenant: string;
  role: Role;
  /** Informational: a user or a program. */
  subject?: string;
}

const LIFETIME_MS = 120_000;

/** Signs every call with the mesh key, as the services demand. */
export function signedBy(meshKey: string, caller: Caller): Interceptor {
  return (next) => (request) => {
    request.header.set("sextant-caller-bin", encodeBinaryHeader(sign(meshKey, caller)));
    return next(request);
  };
}

function sign(meshKey: string, caller: Caller): Uint8Array {
  const payload = toBinary(
    CallerTokenSchema,
    create(CallerTokenSchema, {
      tenantId: caller.tenant,
      role: caller.role,
      subject: caller.subject ?? "node client",
      requestId: randomUUID(),
      expiresAtMs: BigInt(Date.now() + LIFETIME_MS),
    }),
  );
  const signature = createHmac("sha256", meshKey).update(payload).digest();
  return toBinary(SignedCallerSchema, create(SignedCallerSchema, { payload, signature }));
}
