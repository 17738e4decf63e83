import { createServer } from 'node:http';

// What Node itself makes of an attack: no services behind it, no rules, no bounds but its own.
createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"items":[],"nextCursor":null}');
}).listen(Number(process.env.PORT), '127.0.0.1');
