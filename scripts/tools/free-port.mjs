import { createServer } from 'node:net';

/**
 * A port of the loopback that nobody has. Below the ports that systems give to connections: between this look and a server's start
 * nobody gets it by chance.
 */
export function freePort() {
  return new Promise((done) => {
    const server = createServer();
    const look = () => server.listen(20_000 + Math.floor(Math.random() * 10_000), '127.0.0.1');
    server.on('error', look);
    server.on('listening', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
    look();
  });
}
