package main

import (
	"context"
	"os"

	fly "github.com/superfly/fly-go"
	"github.com/superfly/fly-go/tokens"
)

// graphql asks what fly-go has of Fly's older API.
func graphql(ctx context.Context, token *tokens.Tokens, app string) {
	web := fly.NewClientFromOptions(fly.ClientOptions{Tokens: token, BaseURL: os.Getenv("FLY_API_BASE_URL"), Name: "try", Version: "1"})
	short := func(value any, err error) (any, error) { return value, err }
	step("gql GetCurrentUser", func() (any, error) { return short(web.GetCurrentUser(ctx)) })
	step("gql GetOrganizations", func() (any, error) { return short(web.GetOrganizations(ctx)) })
	step("gql GetOrganizationBySlug", func() (any, error) { return short(web.GetOrganizationBySlug(ctx, "local")) })
	step("gql GetOrganizationByApp", func() (any, error) { return short(web.GetOrganizationByApp(ctx, app)) })
	step("gql GetApps", func() (any, error) { return short(web.GetApps(ctx, nil)) })
	step("gql GetApp", func() (any, error) { return short(web.GetApp(ctx, app)) })
	step("gql GetAppBasic", func() (any, error) { return short(web.GetAppBasic(ctx, app)) })
	step("gql GetAppCompact", func() (any, error) { return short(web.GetAppCompact(ctx, app)) })
	step("gql GetAppNetwork", func() (any, error) { return short(web.GetAppNetwork(ctx, app)) })
	step("gql GetAppCNAMETarget", func() (any, error) { return short(web.GetAppCNAMETarget(ctx, app)) })
	step("gql AppLimitedTokens", func() (any, error) { return short(web.GetAppLimitedAccessTokens(ctx, app)) })
	step("gql OrgLimitedTokens", func() (any, error) { return short(web.GetOrgLimitedAccessTokens(ctx, "local")) })
	step("gql AppNameAvailable", func() (any, error) { return short(web.AppNameAvailable(ctx, app)) })
}
