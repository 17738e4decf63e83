/** What the page shows of deploys and revisions. */

export type PageRevision = {
  number: number;
  image: string;
  /** `commit 189284b0c1d2`. */
  cause?: string;
  /** RFC 3339. */
  createdAt: string;
  isCurrent: boolean;
};

/** A deploy to the cluster, as it was timed; the page shows the newest. */
export type PageDeploy = {
  /** RFC 3339. */
  at: string;
  totalMs: number;
  /** How long something of each stage ran, ms. */
  stages: { stage: string; ms: number }[];
  /** What the deploy as a whole waited for, in this order. */
  criticalPath: { stage: string; who: string; ms: number }[];
};

/** What was deployed to the cluster. */
export type PageDeploys = { deploys: PageDeploy[]; revisions: (PageRevision & { service: string })[] };

/** What a deploy of the working tree would change. */
export type PageDiff = { changes: { who: string; text: string }[] };
