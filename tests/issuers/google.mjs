// Plays Google in the tests: oidc-provider, with Google's manners put on.
//
//   node google.mjs --certificate FILE --key FILE [--lifetime SECONDS] [--interval SECONDS]
//
// Listens on 127.0.0.1:443 for all names of Google, and says "ready". Who can sign in stands in accounts.json, under what is
// typed at "login"; any password does. The pages are those of oidc-provider. Says "granted NAME"
// with the time in milliseconds when it hands out an ID token.

import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { parseArgs } from "node:util";

import Provider from "oidc-provider";

// Google's name, and where its parts are: in the world of a test all of them are 127.0.0.1.
const ISSUER = "https://accounts.google.com";
const ELSEWHERE = {
    device_authorization_endpoint: "https://oauth2.googleapis.com/device/code",
    token_endpoint: "https://oauth2.googleapis.com/token",
    jwks_uri: "https://www.googleapis.com/oauth2/v3/certs",
};
const VERIFICATION_URL = "https://www.google.com/device";

const { values: options } = parseArgs({
    options: {
        certificate: { type: "string" },
        key: { type: "string" },
        lifetime: { type: "string", default: "1800" },
        interval: { type: "string", default: "1" },
    },
});

const accounts = JSON.parse(readFileSync(new URL("accounts.json", import.meta.url)));

// As the console of Google Cloud hands them out, one for each flow. Both have secrets; that of a
// desktop application is none.
const clients = [
    {
        client_id: "tv.apps.googleusercontent.com",
        client_name: "Example Organisation",
        client_secret: "device-secret",
        grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: "client_secret_post",
    },
    {
        client_id: "desktop.apps.googleusercontent.com",
        client_name: "Example Organisation",
        client_secret: "browser-secret",
        application_type: "native",
        grant_types: ["authorization_code"],
        response_types: ["code"],
        redirect_uris: ["http://127.0.0.1"],
        token_endpoint_auth_method: "client_secret_post",
    },
];

function signingKey() {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" };
}

// What is typed at "login" is oidc-provider's account id, but not what Google calls anybody.
function findAccount(context, login) {
    const claims = { ...accounts[login], azp: context.oidc.client?.clientId };
    return accounts[login] && { accountId: login, claims: () => claims };
}

function start() {
    const provider = new Provider(ISSUER, {
        clients,
        findAccount,
        jwks: { keys: [signingKey()] },
        cookies: { keys: ["of no worth"] },
        claims: { openid: ["sub", "azp"], email: ["email", "email_verified", "hd"], profile: ["name"] },
        // Google has the claims in the ID token.
        conformIdTokenClaims: false,
        features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
        routes: {
            authorization: "/o/oauth2/v2/auth",
            device_authorization: "/device/code",
            token: "/token",
            jwks: "/oauth2/v3/certs",
        },
        pkce: { required: () => true },
        ttl: { DeviceCode: Number(options.lifetime) },
    });
    allowLoopback(provider);
    provider.use(asGoogle);
    provider.on("grant.success", (context) => {
        console.log(`granted ${context.oidc.account?.accountId} ${Date.now()}`);
    });
    provider.on("grant.error", (_context, error) => {
        if (error.message !== "authorization_pending") console.log(`refused ${error.message}: ${error.error_detail}`);
    });
    provider.on("server_error", (_context, error) => console.log(error));
    const files = { cert: readFileSync(options.certificate), key: readFileSync(options.key) };
    createServer(files, provider.callback()).listen(443, "127.0.0.1", () => console.log("ready"));
}

// A desktop application may be redirected to any port and path of the loopback address.
function allowLoopback(provider) {
    const { redirectUriAllowed } = provider.Client.prototype;
    provider.Client.prototype.redirectUriAllowed = function allowed(uri) {
        const { protocol, hostname, origin } = new URL(uri);
        if (this.applicationType !== "native") return redirectUriAllowed.call(this, uri);
        return protocol === "http:" && hostname === "127.0.0.1" && uri.startsWith(origin);
    };
}

// What Google does otherwise than the specifications and oidc-provider, on the way out.
async function asGoogle(context, next) {
    await next();
    const { path, body } = context;
    if (path === "/.well-known/openid-configuration") {
        context.body = { ...body, ...ELSEWHERE };
    }
    if (path === "/device/code" && body?.user_code) {
        // An older draft's name for the URL, and no URL with the code in it.
        const { verification_uri, verification_uri_complete, ...rest } = body;
        const interval = Number(options.interval);
        context.body = { ...rest, verification_url: VERIFICATION_URL, interval };
    }
    if (path === "/device/code" && body?.error_description?.endsWith("not allowed for this client")) {
        context.body = { error: "invalid_client", error_description: "Invalid client type." };
        context.status = 401;
    }
    if (path === "/token") {
        const statuses = { authorization_pending: 428, access_denied: 403 };
        context.status = statuses[body?.error] ?? context.status;
    }
}

start();
