import { isPrivate } from "../reach.ts";
import { defineRule } from "../rule.ts";
import { addressesOf } from "../view.ts";

export const privateAddress = defineRule({
  id: "FLY-NET-05",
  slug: "private-address",
  title: "Private apps have no public address",
  priority: "P1",
  why: "A service and an address are all that it takes: the app is on the internet while its program says it is private.",
  fix: {
    component: "take the IpAddress out; callers inside use `<app>.internal`, or a Flycast address",
    resource: "take the IpAddress out or make its type private_v6, or take `private` out of the App",
    flyctl: "`fly ips release <address>`, `fly ips allocate-v6 --private`",
  },
  url: "https://fly.io/docs/networking/flycast/",
  rows: ["F1"],
  level: "stack",
  subjects: addressesOf,
  *check({ read }, { view }) {
    const type = read.at("type");
    if (type.text() === "private_v6" || !isPrivate(read.at("app"), view)) return;
    yield { path: type.path, found: "is a public one, and the app is private", wanted: "private_v6" };
  },
});
