import type { Resource, View } from "../../policies/view.ts";
import type { Location, Report } from "../report/report.ts";
import type { TomlPath } from "./toml-document.ts";

/** What judges an app that no program declares: what somebody saw of it, as resources. */
export interface Sighting {
  readonly view: View;
  readonly source: "account" | "fly.toml";
  /** What was looked at, for people. */
  readonly about: string;
  readonly regions: Report["regions"];
  /** What of it could not be seen: rules by slug, and why. */
  readonly unseen?: Readonly<Record<string, string>>;
  /** The machines one by one, for a rule that asks whether those of a group differ. */
  readonly apart?: View;
  /** Where a property of one of the resources is said, or would be; absent where the source has no lines. */
  place?(resource: Resource, path: string): { key: TomlPath; location: Location } | undefined;
}
