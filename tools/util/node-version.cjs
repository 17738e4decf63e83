'use strict';

/** Why this Node runs none of our programs; undefined when it does. CommonJS without a build: any Node can read it. */
exports.nodeVersionProblem = (program, version = process.versions.node) => {
  const [major, minor] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return undefined;
  return (
    `${program} needs Node 22.19 or newer, and this is ${version}: ` +
    'install one, or run npx nx instead, after npm ci, where the workspace brings its own'
  );
};
