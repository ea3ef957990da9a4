// Every call of Fly's own Go library, against whatever FLY_FLAPS_BASE_URL and FLY_API_BASE_URL name.
// How it is run, and what came of it: docs/local-fly-transcript.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/superfly/fly-go/flaps"
	"github.com/superfly/fly-go/tokens"
)

var passed, failed int

// step prints what was asked and what came back, as the library understood it.
func step[T any](what string, call func() (T, error)) T {
	out, err := call()
	if err != nil {
		failed++
		var refused *flaps.FlapsError
		if errors.As(err, &refused) {
			fmt.Printf("FAIL %-24s %d %s\n", what, refused.ResponseStatusCode, refused.ResponseBody)
		} else {
			fmt.Printf("FAIL %-24s %v\n", what, err)
		}
		return out
	}
	passed++
	shown, _ := json.Marshal(out)
	if len(shown) > 2400 {
		shown = append(shown[:2400], "…"...)
	}
	fmt.Printf("ok   %-24s %s\n", what, shown)
	return out
}

func do(what string, call func() error) {
	step(what, func() (string, error) { return "", call() })
}

// refuses is a step that has to be refused with that status.
func refuses(what string, status int, call func() error) {
	var refused *flaps.FlapsError
	err := call()
	if errors.As(err, &refused) && refused.ResponseStatusCode == status {
		passed++
		fmt.Printf("ok   %-24s %d %s\n", what, status, refused.ResponseBody)
		return
	}
	failed++
	fmt.Printf("FAIL %-24s wanted %d, got %v\n", what, status, err)
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	token := tokens.Parse(os.Getenv("FLY_API_TOKEN"))
	client, err := flaps.NewWithOptions(ctx, flaps.NewClientOpts{Tokens: token})
	if err != nil {
		panic(err)
	}
	const app = "fly-go-shop"
	everyCall(ctx, client, app)
	graphql(ctx, token, app)
	refuses("GetApp of nobody", 404, func() error {
		_, err := client.GetApp(ctx, "nobodys")
		return err
	})
	do("Destroy app", func() error { return client.DeleteApp(ctx, app) })
	fmt.Printf("%d as expected, %d not\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
