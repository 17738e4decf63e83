'use strict';

/** What every program and package of ours needs. Node reads TypeScript since 22.18; undici 8 asks for 22.19. */
exports.minimumNode = '22.19';

/** Whether this Node is too old. CommonJS without a build: any Node can read it. */
exports.isTooOld = (version = process.versions.node) => {
  const [major, minor] = version.split('.').map(Number);
  const [neededMajor, neededMinor] = exports.minimumNode.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
};

/** Why this Node runs none of our programs; undefined when it does. */
exports.nodeVersionProblem = (program, version = process.versions.node) =>
  exports.isTooOld(version)
    ? `${program} needs Node ${exports.minimumNode} or newer, and this is ${version}: ` +
      'install one, or run npx nx instead, after npm ci, where the workspace brings its own'
    : undefined;
