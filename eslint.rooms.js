import importX from 'eslint-plugin-import-x';

/**
 * The rooms of a package: the folders of its `src`, lowest first. A room imports from itself and from rooms before it.
 * Files beside the rooms (`main.ts`, `plugin.ts`) import from every room, and no room imports them.
 */
export const ROOMS = {
  'libs/service-kit': ['observability', 'http', 'auth', 'lifecycle'],
  'tools/cluster': ['core', 'packages', 'engine', 'images', 'cluster', 'addons', 'transfer', 'cli'],
  'tools/slipway': ['util', 'services', 'kubernetes', 'images', 'manifests', 'deploy', 'operate', 'dev', 'page', 'nx'],
  'tools/testing': ['http', 'secrets', 'postgres', 'shop', 'load', 'processes'],
};

/** Packages whose files form no circle, not even within a room. That their folders form none is a test of tools/checks. */
const WITHOUT_CIRCLES = ['apps/*', 'libs/*', 'tools/*'];

const plugins = { 'import-x': importX };
const settings = {
  'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.js'] })],
  'import-x/extensions': ['.ts', '.js'],
  'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
};

/** ESLint configuration for the rooms of every package in `rooms`; the packages are folders of `root`. */
export function roomRules(rooms = ROOMS, root = import.meta.dirname) {
  return Object.entries(rooms).map(([folder, order]) => ({
    files: [`${folder}/src/**/*.ts`],
    plugins,
    settings,
    rules: { 'import-x/no-restricted-paths': ['error', { basePath: root, zones: zonesOf(folder, order) }] },
  }));
}

export function circleRules(folders = WITHOUT_CIRCLES) {
  return folders.map((folder) => ({
    files: [`${folder}/src/**/*.ts`],
    plugins,
    settings,
    rules: { 'import-x/no-cycle': ['error', { ignoreExternal: true }] },
  }));
}

function zonesOf(folder, order) {
  const src = `./${folder}/src`;
  return order.map((room, index) => ({
    target: `${src}/${room}`,
    from: src,
    except: order.slice(0, index + 1).map((allowed) => `./${allowed}`),
    message: `The room "${room}" of ${folder} may import only: ${order.slice(0, index + 1).join(', ')} (eslint.rooms.js).`,
  }));
}
