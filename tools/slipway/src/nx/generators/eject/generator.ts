import { addDependenciesToPackageJson, detectPackageManager, formatFiles, readJson, type Tree } from '@nx/devkit';
import type { GeneratorCallback } from '@nx/devkit';
import { version as esbuildVersion } from 'esbuild';
import { assemble } from '../../../manifests/assemble.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { EJECTED, ejectedOverlay } from '../../../manifests/ejected-overlay.ts';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import { BUNDLE_SCRIPT, bundleScript } from './bundle-script.ts';
import { dockerfile, DOCKERFILE_MARK } from './dockerfile.ts';
import { ejectedReadme } from './ejected-readme.ts';
import { imageRecipe } from './image-recipe.ts';

/** What must not get into a build context: other machines' packages, and secrets. */
const DOCKER_IGNORE = [
  '**/node_modules',
  'dist/ejected',
  '.git',
  '.nx',
  '.slipway',
  '**/.env',
  '**/.env.*',
  'deploy/dev/generated',
];

/** Writes kustomize files, Dockerfiles and what to do by hand. Throws ValidationError for an overlay that does not render. */
export async function ejectGenerator(
  tree: Tree,
  { overlay = 'dev' }: { overlay?: string },
): Promise<GeneratorCallback> {
  const settings = readSettings(tree.root);
  const { serviceSpecs, files } = await assemble(settings);
  const ejected = await ejectedOverlay(settings, overlay, files);
  for (const path of filesBelow(tree, `${EJECTED}/${overlay}`)) tree.delete(path);
  for (const [path, text] of ejected.files) tree.write(path, text);

  const recipes = await Promise.all(serviceSpecs.map((serviceSpec) => imageRecipe(tree.root, serviceSpec)));
  const packageManager = detectPackageManager(tree.root);
  const strangers = recipes.flatMap(({ kind, root }) => {
    const path = `${root}/Dockerfile`;
    const isFree = kind === 'none' || !tree.exists(path) || tree.read(path, 'utf8')?.startsWith(DOCKERFILE_MARK);
    return isFree ? [] : [{ file: path, message: 'is not slipway’s to overwrite', hint: 'rename it, and eject again' }];
  });
  if (strangers.length > 0) throw new ValidationError(strangers);
  for (const recipe of recipes) {
    for (const { path, bytes } of recipe.files) tree.write(path, Buffer.from(bytes));
    const text = dockerfile(recipe, packageManager);
    if (text !== undefined) tree.write(`${recipe.root}/Dockerfile`, text);
  }
  let install: GeneratorCallback = () => {};
  if (recipes.some(({ kind }) => kind === 'bundle')) {
    tree.write(BUNDLE_SCRIPT, bundleScript(tree.root));
    install = needsEsbuild(tree) ? addDependenciesToPackageJson(tree, {}, { esbuild: esbuildVersion }) : install;
  }
  ignore(tree);
  tree.write(`${EJECTED}/README.md`, ejectedReadme(settings.stack, overlay, serviceSpecs, recipes));
  await formatFiles(tree);
  return async () => {
    await install();
    console.log(`  ${ejected.objects} objects, without ${ejected.secrets} Secrets, which git must not hold`);
    console.log(
      `\nnext: kubectl diff --server-side --force-conflicts -k ${EJECTED}/${overlay}    prints nothing while both say the same`,
    );
    console.log(`      ${EJECTED}/README.md says what to provide and how to remove slipway`);
  };
}

function needsEsbuild(tree: Tree): boolean {
  const { dependencies = {}, devDependencies = {} } = readJson<
    Record<'dependencies' | 'devDependencies', Record<string, string> | undefined>
  >(tree, 'package.json');
  return !('esbuild' in { ...dependencies, ...devDependencies });
}

function filesBelow(tree: Tree, folder: string): string[] {
  if (!tree.exists(folder)) return [];
  return tree.children(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    return tree.isFile(path) ? [path] : filesBelow(tree, path);
  });
}

function ignore(tree: Tree): void {
  const text = tree.read('.dockerignore', 'utf8') ?? '';
  const present = text.split('\n').map((line) => line.trim());
  const missing = DOCKER_IGNORE.filter((line) => !present.includes(line));
  if (missing.length === 0) return;
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  tree.write('.dockerignore', `${text}${separator}${missing.join('\n')}\n`);
}
