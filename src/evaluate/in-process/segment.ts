import { evaluateExpression, type EvaluationScope } from '../../model/expression/evaluate.ts';
import type { ResolvedModel } from '../../model/resolved.ts';

/** The segment of an account: the first whose condition holds, '' when none does. */
export function segmentOf({ segments }: ResolvedModel, scope: EvaluationScope): string {
  return segments.find(({ when }) => when === null || evaluateExpression(when, scope) === true)?.id ?? '';
}
