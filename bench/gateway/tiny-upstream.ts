import { createServer } from 'node:net';

// A program of its own, on the load's core. It reads no more of a request than it must, so that the gateway before it is
// what is measured.
const body =
  '{"items":[{"id":"01935a5d-ac96-774b-8cce-b302099a8057","status":"confirmed","totalCents":2580}],"nextCursor":null}';
const jwks = process.env.JWKS ?? '{"keys":[]}';
const answerOf = (text: string) =>
  Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`);
const answer = answerOf(body);
const keys = answerOf(jwks);
const endOfHead = '\r\n\r\n';

const server = createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.on('data', (chunk) => {
    rest += chunk.toString('latin1');
    for (let end = rest.indexOf(endOfHead); end >= 0; end = rest.indexOf(endOfHead)) {
      socket.write(rest.startsWith('GET /.well-known/jwks.json ') ? keys : answer);
      rest = rest.slice(end + endOfHead.length);
    }
  });
  socket.on('error', () => socket.destroy());
});
server.listen(Number(process.env.PORT), '127.0.0.1');
