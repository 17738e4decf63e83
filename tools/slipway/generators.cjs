'use strict';
// Nx loads generators by whatever Node runs Nx, as it does the plugin: nx add on an old one has to say so.
const problem = require('@slipway/util/node-version').nodeVersionProblem('slipway');

const generator =
  (load, name) =>
  async (...args) => {
    if (problem !== undefined) throw new Error(problem);
    return (await load())[name](...args);
  };

module.exports = {
  init: generator(() => import('./src/nx/generators/init/generator.ts'), 'initGenerator'),
  adopt: generator(() => import('./src/nx/generators/adopt/generator.ts'), 'adoptGenerator'),
  service: generator(() => import('./src/nx/generators/service/generator.ts'), 'serviceGenerator'),
  removeService: generator(() => import('./src/nx/generators/remove-service/generator.ts'), 'removeServiceGenerator'),
  production: generator(() => import('./src/nx/generators/production/generator.ts'), 'productionGenerator'),
  eject: generator(() => import('./src/nx/generators/eject/generator.ts'), 'ejectGenerator'),
};
