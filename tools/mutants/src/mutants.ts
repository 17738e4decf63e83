import type { Mutant } from './mutant.ts';
import { dataMutants } from './data-mutants.ts';

export const mutants: readonly Mutant[] = [...dataMutants];
