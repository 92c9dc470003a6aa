/**
 * Reports: pure functions from definitions, records and locks to the bytes of pages and figures.
 *
 * @module
 */
export { buildReport } from "./build_report.ts";
export { buildClaimsPages } from "./claims_pages.ts";
export { refreshClaims } from "./claims_section.ts";
export { buildIndex, buildResultsTable, insertResults, reportPath } from "./index_pages.ts";
export { decideLedger } from "./ledger.ts";
export { buildModels, insertModels, isAbout, type ModelUse } from "./models_page.ts";
export {
  agrees,
  citedExperiment,
  entryFromLock,
  entryFromRecords,
  type ReportEntry,
  summarise,
} from "./results.ts";
