// Toxiproxy for tests: prints the address of its API and serves until its standard input ends.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

const host = "127.0.0.1"

func main() {
	port, err := freePort()
	if err != nil {
		fail(err)
	}
	logger := zerolog.New(os.Stderr).Level(zerolog.ErrorLevel)
	// Listen returns only when it fails, and says so on its own.
	go toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), logger).Listen(host, port)
	if err := untilListening(net.JoinHostPort(host, port)); err != nil {
		fail(err)
	}
	fmt.Println(net.JoinHostPort(host, port))
	io.Copy(io.Discard, os.Stdin)
}

// Toxiproxy cannot be asked which port it was given, so it gets one that was free a moment ago.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", err
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}

func untilListening(address string) error {
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			return connection.Close()
		}
		if time.Now().After(deadline) {
			return err
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
