// An OpenID provider that does what a good one never does. Run as
//
//     node hostile.mjs '{"token": {"alg": "none"}}'
//
// with a knob for every evil; without any it is a good one that lets everybody in as alice. Says on
// its standard output, a JSON value a line, first where it is and then what it is asked. A line
// {"visit": URL} on its standard input lets it play the browser; {"settle": NUMBER} comes back as
// {"settled": NUMBER}, behind all that it was asked before. Ends with its standard input. It is a
// proxy, too, for whoever sends it CONNECT.
//
// Knobs:
//   tls         {key, cert}: files in PEM form; without, http
//   host        the name that its addresses have: 127.0.0.1
//   discovery   what the document says otherwise: {issuer: …, jwks_uri: …}
//   device      what the device endpoint answers otherwise: {interval: …, user_code: …}
//   polls       what the token endpoint answers before it gives a token: names of errors, "reset"
//               for a connection that breaks, numbers for a status
//   error       {error, error_description} in place of a token, or of a code (on)
//   on          where the error comes: "device", "token" (default) or "browser"
//   authorize   what the browser brings back otherwise: {state: …, iss: …}; null leaves it out
//   token       the ID token's evils: see forged.mjs
//   endpoint    {discovery|jwks|device|token: evil} with an evil of: "huge", "slow", "text",
//               {redirect: URL or "loop"}, {status: number}
import { createServer as http } from "node:http";
import { createServer as https } from "node:https";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { Forger } from "./forged.mjs";

const knobs = JSON.parse(process.argv[2] ?? "{}");
const polls = [...(knobs.polls ?? [])];
const forger = await Forger.create(knobs.token ?? {});
const nonces = new Map();

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const tls = knobs.tls && {
    key: readFileSync(knobs.tls.key),
    cert: readFileSync(knobs.tls.cert),
};
const server = tls ? https(tls, serve) : http(serve);
server.listen(knobs.port ?? 0, knobs.bind ?? "127.0.0.1", () => say({ issuer: issuer() }));

server.on("connect", (request, socket) => {
    say({ asked: "proxy", at: Date.now(), body: { to: request.url } });
    // Every name is that of this machine.
    const there = connect(Number(request.url.split(":").pop()), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        there.pipe(socket).pipe(there);
    });
    for (const end of [socket, there]) end.on("error", () => { socket.destroy(); there.destroy(); });
});

function issuer() {
    return `${tls ? "https" : "http"}://${knobs.host ?? "127.0.0.1"}:${server.address().port}`;
}

const endpoints = {
    "/.well-known/openid-configuration": ["discovery", discovery],
    "/jwks": ["jwks", jwks],
    "/device": ["device", device],
    "/token": ["token", token],
    "/authorize": ["browser", authorize],
};

async function serve(request, response) {
    const url = new URL(request.url, issuer());
    const [name, answer] = endpoints[url.pathname] ?? ["elsewhere", () => [404, {}]];
    const body = new URLSearchParams(await read(request));
    say({ asked: name, at: Date.now(), body: Object.fromEntries(body) });
    const evil = knobs.endpoint?.[name];
    if (evil) return misbehave(evil, response);
    const [status, value, headers] = await answer(url, body);
    if (status === "reset") return request.socket.destroy();
    const text = typeof value === "string" ? value : JSON.stringify(value);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}

async function read(request) {
    let text = "";
    for await (const chunk of request) text += chunk;
    return text;
}

function misbehave(evil, response) {
    const json = { "content-type": "application/json" };
    if (evil === "huge") {
        response.writeHead(200, json).end(JSON.stringify({ x: "x".repeat(10_000_000) }));
    } else if (evil === "slow") {
        response.writeHead(200, json).write("{");
        const drip = setInterval(() => response.write(" "), 500);
        response.on("close", () => clearInterval(drip));
    } else if (evil === "text") {
        response.writeHead(200, json).end("<html>\u001b[2JIt works!</html>");
    } else if (evil.redirect) {
        const to = evil.redirect === "loop" ? response.req.url : evil.redirect;
        response.writeHead(302, { location: to }).end();
    } else {
        response.writeHead(evil.status, json).end("{}");
    }
}

function discovery() {
    return [200, {
        issuer: issuer(),
        authorization_endpoint: `${issuer()}/authorize`,
        device_authorization_endpoint: `${issuer()}/device`,
        token_endpoint: `${issuer()}/token`,
        jwks_uri: `${issuer()}/jwks`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256", "ES256", "EdDSA", "HS256", "none"],
        token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
        ...knobs.discovery,
    }];
}

function jwks() {
    return [200, forger.publish()];
}

function device() {
    if (knobs.on === "device") return [401, knobs.error];
    return [200, {
        device_code: "device-code",
        user_code: "ABCD-EFGH",
        verification_uri: `${issuer()}/activate`,
        expires_in: 600,
        interval: 1,
        ...knobs.device,
    }];
}

function authorize(url) {
    const sent = url.searchParams;
    const back = new URL(sent.get("redirect_uri"));
    const code = `code-${nonces.size}`;
    nonces.set(code, sent.get("nonce"));
    const answer = knobs.on === "browser" ? knobs.error : { code };
    const all = { ...answer, state: sent.get("state"), ...knobs.authorize };
    for (const [key, value] of Object.entries(all)) {
        if (value !== null) back.searchParams.set(key, value);
    }
    return [302, "", { location: back.href }];
}

async function token(url, body) {
    if (polls.length > 0) {
        const poll = polls.shift();
        if (poll === "reset") return ["reset"];
        if (typeof poll === "number") return [poll, "out of order"];
        return [400, { error: poll }];
    }
    if (knobs.error && (knobs.on ?? "token") === "token") return [400, knobs.error];
    const asked = { issuer: issuer(), client: body.get("client_id"), nonce: nonces.get(body.get("code")) };
    const [accessToken, idToken] = await forger.forge(asked);
    return [200, { access_token: accessToken, token_type: "Bearer", expires_in: 3600, id_token: idToken }];
}

// The browser follows redirects, as browsers do.
const commands = createInterface({ input: process.stdin });
commands.on("line", async (line) => {
    const command = JSON.parse(line);
    if (command.settle) return say({ settled: command.settle });
    try {
        const answer = await fetch(command.visit);
        say({ visited: answer.status, body: await answer.text() });
    } catch (error) {
        say({ visited: 0, body: String(error.cause ?? error) });
    }
});
commands.on("close", () => process.exit(0));
