import type { FlyMachine } from "../../fly/machine.ts";
import { hasCrashed } from "./exit.ts";

/** States that an update passes through as well (fake Fly of cubepals, after production): they count when they last. */
export const halted = ["stopped", "suspended"];

/** Whether a machine was stopped by the proxy or a person, who may start it again: not where it crashed or its run died. */
export const isAtRest = (machine: FlyMachine): boolean =>
  halted.includes(machine.state) && machine.cordoned !== true && !hasCrashed(machine);
