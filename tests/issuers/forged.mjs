// The ID tokens of the hostile issuer. Knobs:
//   alg      RS256 (default), ES256, EdDSA, "none", "HS256" (signed with the public key as the
//            secret), "RS384"
//   key      "foreign": signed with a key that is not published, under a name that is
//   kid      "unknown": under a name that is never published; "rotated": under one that is
//            published from the second time on; "none": under no name
//   claims   claims that are otherwise; null leaves one out
//   exp, iat in seconds from now
//   nonce    "wrong", "missing"
//   at_hash  "wrong"
import { createHash } from "node:crypto";
import { SignJWT, UnsecuredJWT, exportJWK, exportSPKI, generateKeyPair } from "jose";

export class Forger {
    static async create(knobs) {
        const forger = new Forger();
        forger.knobs = knobs;
        forger.published = 0;
        forger.alg = knobs.alg ?? "RS256";
        const own = ["ES256", "EdDSA", "RS384"].includes(forger.alg) ? forger.alg : "RS256";
        forger.keys = await generateKeyPair(own);
        forger.foreign = await generateKeyPair(own);
        const publicKey = { ...(await exportJWK(forger.keys.publicKey)), use: "sig", alg: own };
        forger.key = { ...publicKey, kid: "current" };
        forger.fresh = { ...publicKey, kid: "rotated" };
        return forger;
    }

    publish() {
        this.published += 1;
        const isRotated = this.knobs.kid === "rotated" && this.published > 1;
        return { keys: [isRotated ? this.fresh : this.key] };
    }

    // The access token and the ID token.
    async forge({ issuer, client, nonce }) {
        const now = Math.floor(Date.now() / 1000);
        const accessToken = "access-token";
        const half = createHash("sha256").update(accessToken).digest().subarray(0, 16);
        const claims = {
            iss: issuer,
            aud: client,
            sub: "subject-of-alice",
            email: "alice@example.com",
            email_verified: true,
            hd: "example.com",
            iat: now + (this.knobs.iat ?? 0),
            exp: now + (this.knobs.exp ?? 3600),
            // Of another length where another hash would be right.
            at_hash: this.alg === "RS256" || this.alg === "ES256" ? half.toString("base64url") : null,
            nonce: nonce ?? null,
            ...this.knobs.claims,
        };
        if (this.knobs.nonce === "wrong") claims.nonce = "of-another-sign-in";
        if (this.knobs.nonce === "missing") claims.nonce = null;
        if (this.knobs.at_hash === "wrong") claims.at_hash = "AAAAAAAAAAAAAAAAAAAAAA";
        for (const [claim, value] of Object.entries(claims)) {
            if (value === null) delete claims[claim];
        }
        return [accessToken, await this.sign(claims)];
    }

    async sign(claims) {
        if (this.alg === "none") return new UnsecuredJWT(claims).encode();
        const kid = { unknown: "nowhere", rotated: "rotated", none: undefined }[this.knobs.kid];
        const header = { alg: this.alg, kid: this.knobs.kid ? kid : "current" };
        const token = new SignJWT(claims).setProtectedHeader(header);
        if (this.alg === "HS256") {
            const pem = await exportSPKI(this.keys.publicKey);
            return token.sign(new TextEncoder().encode(pem));
        }
        const keys = this.knobs.key === "foreign" ? this.foreign : this.keys;
        return token.sign(keys.privateKey);
    }
}
