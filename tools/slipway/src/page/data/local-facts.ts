import type { ServiceJournal } from '../../dev/local/service-journal.ts';
import type { ServiceAnswer } from './ask-service.ts';
import type { PageService } from './page-types.ts';
import type { DatabaseLook } from './probe-database.ts';

/** What is known of a service of `npm start` at a moment. */
export type LocalFacts = {
  service: PageService;
  journal: ServiceJournal;
  answer?: ServiceAnswer;
  database?: { name: string; address: string; look: DatabaseLook };
  /** What its log says of the requests that failed lately. */
  failures: string[];
  /** As commands take it: ` --stack NAME`. */
  stackOption: string;
};
