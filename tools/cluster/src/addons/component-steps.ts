import { clusterState } from '../cluster/cluster-state.ts';
import type { Report, Step } from '../core/steps.ts';
import { layoutFolder, presentRef } from '../images/base/base-images.ts';
import { buildModule, isBuilt } from '../packages/go/build-module.ts';
import { buildComponentImage, componentImage } from './component-image.ts';
import type { Component, ProgramImage } from './component.ts';
import { installComponent } from './install-component.ts';
import { loadLayout } from './load-layout.ts';

/** What is still to be made for a component's image; nothing when it lies in the cache. */
export async function componentImageSteps(component: ProgramImage): Promise<Step[]> {
  const { name, title, module, buildEstimate } = component;
  if ((await presentRef(name)) === componentImage(component)) return [];
  return [
    ...(isBuilt(module)
      ? []
      : [
          {
            id: `go-${module.folder}`,
            title: `${name} from Go modules`,
            estimate: buildEstimate,
            run: (report: Report) => buildModule(module, report),
          },
        ]),
    {
      id: `image-${name}`,
      title: `image for ${title}`,
      estimate: 6,
      run: (report) => buildComponentImage(component, report),
    },
  ];
}

/** A component into a running cluster: its image into the nodes where they cannot pull it, its manifest applied. */
export async function componentSteps(
  component: Component,
  cluster: string,
  source: 'official' | 'packages',
): Promise<Step[]> {
  const { name, title, officialImage, prepare } = component;
  const pulled = source === 'official' ? officialImage : undefined;
  return [
    ...(pulled === undefined ? await componentImageSteps(component) : []),
    {
      id: `install-${name}`,
      title,
      estimate: 8,
      async run(report) {
        const found = await clusterState(cluster);
        const nodes = found.state === 'absent' ? [] : found.nodes.map((node) => node.name);
        if (pulled === undefined) {
          report(`loading its image into ${nodes.length} node(s)`);
          await loadLayout(layoutFolder(name), nodes);
        }
        await prepare?.(cluster, nodes, report);
        await installComponent(cluster, component, pulled ?? componentImage(component), report);
      },
    },
  ];
}
