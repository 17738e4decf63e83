'use strict';
// Loaded before anything in TypeScript, by whatever Node there is: an older one would print a stack about `.ts`.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `✗ Node ${process.versions.node} cannot run TypeScript; 22.18 or newer can\n` +
      '→ npm ci (it brings Node 24 for Linux; elsewhere install the one in .nvmrc), then use npx or npm run',
  );
  process.exit(1);
}
