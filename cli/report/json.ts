import { Report } from "./report.ts";

/** The report as `report.schema.json` of the package describes it; what else hangs on its parts stays inside. */
export const json = (report: Report): string => `${JSON.stringify(Report.parse(report), null, 2)}\n`;
