package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"time"
)

// patience is how long a pupil's phone waits for one answer.
const patience = 15 * time.Second

// conn is one keep-alive connection that writes prepared request bytes and
// reads only what the scenario needs of a response. A full HTTP client would
// take more of the two cores than the server that is being measured.
type conn struct {
	addr string
	c    net.Conn
	r    *bufio.Reader
	body []byte
}

func newConn(addr string) *conn { return &conn{addr: addr} }

// open dials unless the connection stands.
func (c *conn) open() error {
	if c.c != nil {
		return nil
	}
	dialled, err := net.DialTimeout("tcp", c.addr, patience)
	if err != nil {
		return err
	}
	c.c = dialled
	if c.r == nil {
		c.r = bufio.NewReaderSize(dialled, 4<<10)
	} else {
		c.r.Reset(dialled)
	}
	return nil
}

func (c *conn) close() {
	if c.c != nil {
		_ = c.c.Close() // nothing was asked of it any more
		c.c = nil
	}
}

// do sends one request and returns the status and the body, which is valid
// until the next call. After an error the outcome of the request is unknown.
func (c *conn) do(request []byte) (status int, body []byte, err error) {
	if err := c.open(); err != nil {
		return 0, nil, err
	}
	if err := c.c.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, nil, err
	}
	if _, err = c.c.Write(request); err == nil {
		status, err = c.read()
	}
	if err != nil {
		c.close()
		return 0, nil, err
	}
	return status, c.body, nil
}

var (
	lengthHeader   = []byte("content-length:")
	encodingHeader = []byte("transfer-encoding:")
	closeHeader    = []byte("connection: close")
)

func (c *conn) read() (status int, err error) {
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < 12 {
		return 0, fmt.Errorf("status line %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, fmt.Errorf("status line %q: %w", line, err)
	}
	length, chunked, last := 0, false, false
	for {
		if line, err = c.r.ReadSlice('\n'); err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			break
		}
		switch line[0] | 0x20 {
		case 'c':
			if hasFold(line, lengthHeader) {
				if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(lengthHeader):]))); err != nil {
					return 0, fmt.Errorf("header %q: %w", line, err)
				}
			}
			last = last || hasFold(line, closeHeader)
		case 't':
			chunked = chunked || hasFold(line, encodingHeader)
		}
	}
	if err := c.readBody(length, chunked); err != nil {
		return 0, err
	}
	if last {
		c.close()
	}
	return status, nil
}

func (c *conn) readBody(length int, chunked bool) (err error) {
	if chunked {
		if c.body, err = io.ReadAll(httputil.NewChunkedReader(c.r)); err != nil {
			return err
		}
		_, err = c.r.ReadSlice('\n') // the line that ends the trailer
		return err
	}
	if length > 16<<20 {
		return errors.New("response of more than 16 MiB")
	}
	if cap(c.body) < length {
		c.body = make([]byte, length)
	}
	c.body = c.body[:length]
	_, err = io.ReadFull(c.r, c.body)
	return err
}

// hasFold compares a header line's beginning with a lower-case name.
func hasFold(line, name []byte) bool {
	return len(line) >= len(name) && bytes.EqualFold(line[:len(name)], name)
}

// request builds the bytes of a whole request; a nil body sends none.
func request(method, host, path, token string, body []byte) []byte {
	b := requestHead(nil, method, host, path, token)
	return appendBody(b, body)
}

// requestHead appends everything up to where the length of the body goes.
func requestHead(b []byte, method, host, path, token string) []byte {
	b = append(b, method...)
	b = append(b, ' ')
	b = append(b, path...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	if token != "" {
		b = append(b, "\r\nAuthorization: Bearer "...)
		b = append(b, token...)
	}
	return append(b, "\r\nAccept: application/json\r\n"...)
}

func appendBody(b, body []byte) []byte {
	if body == nil {
		return append(b, "\r\n"...)
	}
	b = append(b, "Content-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(body)), 10)
	b = append(b, "\r\n\r\n"...)
	return append(b, body...)
}

// problemCode reads the stable code of a problem document.
func problemCode(body []byte) string {
	_, rest, found := bytes.Cut(body, []byte(`"code":"`))
	if !found {
		return "no_code"
	}
	code, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(code)
}
