import { layoutFolder, presentRef } from '../base-images/base-images.ts';
import { clusterState } from '../cluster/cluster-state.ts';
import { buildModule, isBuilt } from '../go-build/build-module.ts';
import type { Step } from '../progress/progress.ts';
import { buildComponentImage, componentImage } from './component-image.ts';
import type { Component } from './component.ts';
import { installComponent } from './install-component.ts';
import { loadLayout } from './load-layout.ts';

/** What is still to be made for a component's image; nothing when it lies in the cache. */
export async function componentImageSteps(component: Component): Promise<Step[]> {
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
            run: (report: (detail: string) => void) => buildModule(module, report),
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

/** A component's image into the nodes of a cluster from packages, and its manifest applied. */
export async function componentSteps(component: Component, cluster: string): Promise<Step[]> {
  return [
    ...(await componentImageSteps(component)),
    {
      id: `install-${component.name}`,
      title: component.title,
      estimate: 6,
      async run(report) {
        const found = await clusterState(cluster);
        const nodes = found.state === 'absent' ? [] : found.nodes.map(({ name }) => name);
        report(`loading its image into ${nodes.length} node(s)`);
        await loadLayout(layoutFolder(component.name), nodes);
        await installComponent(cluster, component, componentImage(component), report);
      },
    },
  ];
}
