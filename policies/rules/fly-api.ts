import { defineCheckedRule } from "../rule.ts";

export const flyApi = defineCheckedRule({
  id: "FLY-API-01",
  slug: "fly-api",
  title: "The Machines API answers to the token",
  priority: "P1",
  why: "What cannot list an organisation's apps cannot deploy to it: the endpoint is wrong, the token is, or Fly is down.",
  fix: {
    component: "set FLY_API_TOKEN to a token that Fly accepts, and airworthy:org where it is for several organisations",
    resource: "as with the component",
    flyctl: "`fly tokens create org` or `fly tokens create deploy`",
  },
  url: "https://fly.io/docs/machines/api/working-with-machines-api/",
  kind: "live",
  rows: ["E1"],
});
