/** Formats of other programs in which a run can be written, besides its own tables. */
export const REPORT_FORMATS = ["lm-eval"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];
