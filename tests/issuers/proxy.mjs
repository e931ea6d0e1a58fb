// A proxy for HTTPS (RFC 9110 section 9.3.6), on 127.0.0.1:3128. Says "ready", and the first line of
// what it is asked.

import { createServer } from "node:http";
import { connect } from "node:net";

const proxy = createServer((_request, response) => response.writeHead(405).end());
proxy.on("connect", ({ method, url }, client, head) => {
    console.log(`${method} ${url}`);
    const [host, port] = url.split(":");
    const server = connect(Number(port), host, () => {
        client.write("HTTP/1.1 200 Connected\r\n\r\n");
        server.write(head);
        server.pipe(client).pipe(server);
    });
    // Whoever goes away takes the other along.
    server.on("error", () => client.destroy());
    client.on("error", () => server.destroy());
});
proxy.listen(3128, "127.0.0.1", () => console.log("ready"));
