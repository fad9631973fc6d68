// A second foreign peer: Noise by flynn/noise, Yamux by hashicorp/yamux, and as little as possible of our own between
// them. It speaks TCP, multistream-select, Noise and Yamux, and in streams the protocols echo and sink of streams.py.
//
//	peer [-seed TAG]
//
// Events go to stdout as JSON lines. Commands come on stdin, one per line:
//
//	dial HOST:PORT | echo SIZE COUNT AT_ONCE | source COUNT SIZE | sink | ping | quit
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/flynn/noise"
	"github.com/hashicorp/yamux"
)

const (
	header   = "/multistream/1.0.0"
	echoName = "/argosy/interop/echo/1"
	sinkName = "/argosy/interop/sink/1"
)

var (
	identity ed25519.PrivateKey
	outLock  sync.Mutex
	total    struct {
		sync.Mutex
		bytes, frames int
		sum           []byte
	}
)

func out(fields map[string]interface{}) {
	line, _ := json.Marshal(fields)
	outLock.Lock()
	fmt.Println(string(line))
	outLock.Unlock()
}

func varint(n int) []byte {
	buffer := make([]byte, binary.MaxVarintLen64)
	return buffer[:binary.PutUvarint(buffer, uint64(n))]
}

func readMessage(r *bufio.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	message := make([]byte, n)
	_, err = io.ReadFull(r, message)
	return message, err
}

// multistream-select

func say(w io.Writer, names ...string) error {
	var all []byte
	for _, name := range names {
		all = append(all, append(varint(len(name)+1), (name+"\n")...)...)
	}
	_, err := w.Write(all)
	return err
}

func hear(r *bufio.Reader) (string, error) {
	message, err := readMessage(r)
	return strings.TrimSuffix(string(message), "\n"), err
}

func propose(r *bufio.Reader, w io.Writer, name string) error {
	if err := say(w, header, name); err != nil {
		return err
	}
	for _, expected := range []string{header, name} {
		if got, err := hear(r); err != nil || got != expected {
			return fmt.Errorf("expected %s, got %s, %v", expected, got, err)
		}
	}
	return nil
}

func accept(r *bufio.Reader, w io.Writer, names ...string) (string, error) {
	if err := say(w, header); err != nil {
		return "", err
	}
	if got, err := hear(r); err != nil || got != header {
		return "", fmt.Errorf("no header: %s, %v", got, err)
	}
	for {
		got, err := hear(r)
		if err != nil {
			return "", err
		}
		for _, name := range names {
			if got == name {
				return name, say(w, name)
			}
		}
		if err := say(w, "na"); err != nil {
			return "", err
		}
	}
}

// Noise

type secured struct {
	net.Conn
	reader        *bufio.Reader
	send, receive *noise.CipherState
	rest          []byte
	sendLock      sync.Mutex
}

func readFrame(r io.Reader) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	frame := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(r, frame)
	return frame, err
}

func writeFrame(w io.Writer, frame []byte) error {
	length := make([]byte, 2)
	binary.BigEndian.PutUint16(length, uint16(len(frame)))
	_, err := w.Write(append(length, frame...))
	return err
}

func (s *secured) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		frame, err := readFrame(s.reader)
		if err != nil {
			return 0, err
		}
		if s.rest, err = s.receive.Decrypt(nil, nil, frame); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (s *secured) Write(p []byte) (int, error) {
	s.sendLock.Lock()
	defer s.sendLock.Unlock()
	for start := 0; start < len(p); start += 65519 {
		end := start + 65519
		if end > len(p) {
			end = len(p)
		}
		frame, err := s.send.Encrypt(nil, nil, p[start:end])
		if err != nil {
			return start, err
		}
		if err := writeFrame(s.Conn, frame); err != nil {
			return start, err
		}
	}
	return len(p), nil
}

func payload(static []byte) []byte {
	key := append([]byte{8, 1, 18, 32}, identity.Public().(ed25519.PublicKey)...)
	signature := ed25519.Sign(identity, append([]byte("noise-libp2p-static-key:"), static...))
	return append(append([]byte{10, 36}, key...), append([]byte{18, 64}, signature...)...)
}

func verify(claim, static []byte) (string, error) {
	if len(claim) < 104 || !bytes.Equal(claim[:6], []byte{10, 36, 8, 1, 18, 32}) || claim[38] != 18 {
		return "", errors.New("unexpected payload")
	}
	message := append([]byte("noise-libp2p-static-key:"), static...)
	if !ed25519.Verify(claim[6:38], message, claim[40:104]) {
		return "", errors.New("wrong signature")
	}
	return hex.EncodeToString(claim[6:38]), nil
}

func handshake(conn net.Conn, reader *bufio.Reader, dials bool) (*secured, string, error) {
	suite := noise.NewCipherSuite(noise.DH25519, noise.CipherChaChaPoly, noise.HashSHA256)
	pair, err := suite.GenerateKeypair(rand.Reader)
	if err != nil {
		return nil, "", err
	}
	state, err := noise.NewHandshakeState(noise.Config{
		CipherSuite: suite, Random: rand.Reader, Pattern: noise.HandshakeXX, Initiator: dials, StaticKeypair: pair})
	if err != nil {
		return nil, "", err
	}
	var first, second *noise.CipherState
	var claim []byte
	for step := 0; step < 3; step++ {
		if (step%2 == 0) == dials {
			var own []byte
			if step > 0 {
				own = payload(pair.Public)
			}
			var message []byte
			if message, first, second, err = state.WriteMessage(nil, own); err == nil {
				err = writeFrame(conn, message)
			}
		} else {
			var message, part []byte
			if message, err = readFrame(reader); err == nil {
				part, first, second, err = state.ReadMessage(nil, message)
				claim = append(claim, part...)
			}
		}
		if err != nil {
			return nil, "", err
		}
	}
	peer, err := verify(claim, state.PeerStatic())
	if !dials {
		first, second = second, first
	}
	return &secured{Conn: conn, reader: reader, send: first, receive: second}, peer, err
}

// Connections

func upgrade(conn net.Conn, dials bool) (*yamux.Session, error) {
	reader := bufio.NewReader(conn)
	var err error
	if dials {
		err = propose(reader, conn, "/noise")
	} else {
		_, err = accept(reader, conn, "/noise")
	}
	if err != nil {
		return nil, err
	}
	inner, peer, err := handshake(conn, reader, dials)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReader(inner)
	if dials {
		err = propose(buffered, inner, "/yamux/1.0.0")
	} else {
		_, err = accept(buffered, inner, "/yamux/1.0.0")
	}
	if err != nil {
		return nil, err
	}
	config := yamux.DefaultConfig()
	config.LogOutput = io.Discard
	both := struct {
		io.Reader
		io.Writer
		io.Closer
	}{buffered, inner, conn}
	var session *yamux.Session
	if dials {
		session, err = yamux.Client(both, config)
	} else {
		session, err = yamux.Server(both, config)
	}
	if err == nil {
		out(map[string]interface{}{"event": "connected", "key": peer})
		go serve(session)
	}
	return session, err
}

func serve(session *yamux.Session) {
	for {
		stream, err := session.Accept()
		if err != nil {
			out(map[string]interface{}{"event": "gone"})
			return
		}
		go answer(stream)
	}
}

func answer(stream net.Conn) {
	defer stream.Close()
	reader := bufio.NewReader(stream)
	name, err := accept(reader, stream, echoName, sinkName)
	if err != nil {
		return
	}
	for {
		message, err := readMessage(reader)
		if err != nil {
			return
		}
		if name == echoName {
			stream.Write(append(varint(len(message)), message...))
			return
		}
		total.Lock()
		total.bytes += len(message)
		total.frames++
		sum := sha256.Sum256(append(total.sum, message...))
		total.sum = sum[:]
		total.Unlock()
	}
}

func open(session *yamux.Session, name string) (net.Conn, *bufio.Reader, error) {
	stream, err := session.Open()
	if err != nil {
		return nil, nil, err
	}
	reader := bufio.NewReader(stream)
	return stream, reader, propose(reader, stream, name)
}

func echo(session *yamux.Session, size int) error {
	message := make([]byte, size)
	rand.Read(message)
	stream, reader, err := open(session, echoName)
	if err != nil {
		return err
	}
	defer stream.Close()
	if _, err := stream.Write(append(varint(size), message...)); err != nil {
		return err
	}
	answer, err := readMessage(reader)
	if err == nil && !bytes.Equal(answer, message) {
		err = errors.New("another message came back")
	}
	return err
}

func source(session *yamux.Session, count, size int) error {
	stream, _, err := open(session, sinkName)
	if err != nil {
		return err
	}
	defer stream.Close()
	var digest []byte
	message := make([]byte, size)
	for index := 0; index < count; index++ {
		rand.Read(message)
		sum := sha256.Sum256(append(digest, message...))
		digest = sum[:]
		if _, err := stream.Write(append(varint(size), message...)); err != nil {
			return err
		}
	}
	out(map[string]interface{}{"event": "sourced", "sha256": hex.EncodeToString(digest)})
	return nil
}

func main() {
	seed := flag.String("seed", "go", "where the key comes from")
	flag.Parse()
	hash := sha256.Sum256([]byte(*seed))
	identity = ed25519.NewKeyFromSeed(hash[:])
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	sessions := make(chan *yamux.Session, 16)
	connect := func(conn net.Conn, dials bool) {
		session, err := upgrade(conn, dials)
		if err != nil {
			out(map[string]interface{}{"event": "failed", "error": err.Error()})
			conn.Close()
			return
		}
		sessions <- session
	}
	go func() {
		for {
			if conn, err := listener.Accept(); err == nil {
				go connect(conn, false)
			}
		}
	}()
	out(map[string]interface{}{"event": "listening", "port": listener.Addr().(*net.TCPAddr).Port,
		"key": hex.EncodeToString(identity.Public().(ed25519.PublicKey))})
	var session *yamux.Session
	current := func() *yamux.Session {
		if session == nil || session.IsClosed() {
			session = <-sessions
		}
		return session
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var name, address string
		var one, two, three int
		fmt.Sscan(lines.Text(), &name)
		var err error
		switch name {
		case "dial":
			fmt.Sscan(lines.Text(), &name, &address)
			var conn net.Conn
			if conn, err = net.Dial("tcp", address); err == nil {
				go connect(conn, true)
			}
		case "echo":
			fmt.Sscan(lines.Text(), &name, &one, &two, &three)
			target, places := current(), make(chan bool, three)
			results := make(chan error, two)
			for index := 0; index < two; index++ {
				go func() {
					places <- true
					results <- echo(target, one)
					<-places
				}()
			}
			ok := 0
			for index := 0; index < two; index++ {
				if failure := <-results; failure == nil {
					ok++
				} else {
					err = failure
				}
			}
			out(map[string]interface{}{"event": "echo", "ok": ok})
		case "source":
			fmt.Sscan(lines.Text(), &name, &one, &two)
			go func(target *yamux.Session, count, size int) {
				if err := source(target, count, size); err != nil {
					out(map[string]interface{}{"event": "error", "error": err.Error()})
				}
			}(current(), one, two)
		case "sink":
			total.Lock()
			out(map[string]interface{}{"event": "sink", "bytes": total.bytes, "frames": total.frames,
				"sha256": hex.EncodeToString(total.sum)})
			total.Unlock()
		case "ping":
			_, err = current().Ping()
			out(map[string]interface{}{"event": "ping", "ok": err == nil})
		case "quit":
			return
		}
		if err != nil {
			out(map[string]interface{}{"event": "error", "command": lines.Text(), "error": err.Error()})
		}
	}
}
