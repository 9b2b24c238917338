/** Fewer accounts than this are no cohort: a percentile gives 50 points and is not covered, a trend is not adjusted. */
export const leastCohort = 30;
