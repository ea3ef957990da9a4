import type { Machine } from "../record.ts";
import { html, type Markup } from "./markup.ts";

/** What a state means to who looks: whether it runs, rests, is on its way, or needs somebody. */
export type Standing = "runs" | "moves" | "rests" | "fails";

export const standings: readonly Standing[] = ["runs", "moves", "rests", "fails"];

const resting = ["stopped", "suspended", "created"];

export function standingOf({ state, hostStatus, ahead }: Machine): Standing {
  if (hostStatus !== "ok" || state === "failed") return "fails";
  if (state === "started") return "runs";
  return resting.includes(state) && ahead.length === 0 ? "rests" : "moves";
}

/** The state as Fly calls it, or that nobody can tell. */
const stateOf = ({ state, hostStatus }: Machine) => (hostStatus === "ok" ? state : `${state}, host ${hostStatus}`);

/** How many machines are in each state, those that run first. */
export function stateChips(machines: readonly Machine[]): Markup {
  const byState = [...Map.groupBy(machines, stateOf)].map(([state, all]) => ({
    state,
    count: all.length,
    standing: all[0] === undefined ? "rests" : standingOf(all[0]),
  }));
  byState.sort((a, b) => standings.indexOf(a.standing) - standings.indexOf(b.standing) || b.count - a.count);
  return html`<span class="chips">${byState.map(({ state, count, standing }) => chip(standing, `${count} ${state}`))}</span>`;
}

export const chip = (standing: Standing, text: string): Markup => html`<span class="chip ${standing}">${text}</span>`;

export const stateChip = (machine: Machine): Markup => chip(standingOf(machine), stateOf(machine));

/** Machines that are not destroyed: those Fly remembers for a while. */
export const present = (machines: readonly Machine[]) => machines.filter(({ state }) => state !== "destroyed");
