// What is refused, and how; nothing of it reaches the transport.

#include "wire_table.hpp"

namespace fauxbank::testing {

namespace {
const std::string kGet = "GET /a HTTP/1.1\r\n";
const std::string kHost = "Host: h\r\n";
const std::string kPost = "POST /b HTTP/1.1\r\n" + kHost;
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";
const std::string kNext = "GET /a HTTP/1.1\r\n" + kHost + "\r\n";
}  // namespace

std::vector<StreamRow> malformed_heads() {
  return {
      // lines
      {"a bare LF after the request line", "GET /a HTTP/1.1\n" + kHost + "\r\n", "", "400",
       finished},
      {"a bare LF after a header", kGet + "Host: h\n\r\n", "", "400", finished},
      {"a bare LF at the end of the header", kGet + kHost + "\n", "", "400", finished},
      {"a bare LF first", "\n", "", "400", finished},
      {"a bare CR in the request line", "GET /a\rX HTTP/1.1\r\n" + kHost + "\r\n", "", "400",
       finished},
      {"a bare CR in a value", kGet + "Host: h\r\nX: a\rContent-Length: 5\r\n\r\n", "", "400",
       finished},
      {"a CR too many", kGet + "Host: h\r\r\n\r\n", "", "400", finished},
      {"two blank lines first", "\r\n\r\n" + kNext, "", "400", finished},
      {"a folded line", kGet + kHost + "X: a\r\n b\r\n\r\n", "", "400", finished},
      {"a folded line, with a tab", kGet + kHost + "\tb: c\r\n\r\n", "", "400", finished},
      {"a folded line first", kGet + " Host: h\r\n\r\n", "", "400", finished},
      // request line
      {"no HTTP at all", "\x16\x03\x01\x02", "", "400", finished},
      {"HTTP/0.9", "GET /a\r\n", "", "400", finished},
      {"two spaces", "GET  /a HTTP/1.1\r\n" + kHost + "\r\n", "", "400", finished},
      {"a space at the end", "GET /a HTTP/1.1 \r\n" + kHost + "\r\n", "", "400", finished},
      {"a space in the target", "GET /a b HTTP/1.1\r\n" + kHost + "\r\n", "", "400", finished},
      {"a tab between", "GET\t/a HTTP/1.1\r\n" + kHost + "\r\n", "", "400", finished},
      {"a method that is no token", "G@T /a HTTP/1.1\r\n" + kHost + "\r\n", "", "400", finished},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "", "505", finished},
      {"HTTP/0.9 by name", "GET /a HTTP/0.9\r\n\r\n", "", "505", finished},
      {"HTTP/1", "GET /a HTTP/1\r\n" + kHost + "\r\n", "", "400", finished},
      {"http/1.1", "GET /a http/1.1\r\n" + kHost + "\r\n", "", "400", finished},
      {"HTTP/1.10", "GET /a HTTP/1.10\r\n" + kHost + "\r\n", "", "400", finished},
      {"no version", "GET /a \r\n" + kHost + "\r\n", "", "400", finished},
      {"a target without a slash", "GET a HTTP/1.1\r\n" + kHost + "\r\n", "", "400", finished},
      {"a target of CONNECT", "CONNECT h:80 HTTP/1.1\r\n" + kHost + "\r\n", "", "400", finished},
      {"another scheme", "GET ftp://h/a HTTP/1.1\r\n" + kHost + "\r\n", "", "400", finished},
      {"an absolute target without a host", "GET http:///a HTTP/1.1\r\n" + kHost + "\r\n", "",
       "400", finished},
      {"an absolute target with a strange host", "GET http://a\"b/ HTTP/1.1\r\n" + kHost + "\r\n",
       "", "400", finished},
      {"a byte beyond ASCII in the target", "GET /\xc3\xa9 HTTP/1.1\r\n" + kHost + "\r\n", "",
       "400", finished},
      {"a NUL in the target", std::string("GET /\0 HTTP/1.1\r\n", 17) + kHost + "\r\n", "", "400",
       finished},
      {"a fragment", "GET /a#b HTTP/1.1\r\n" + kHost + "\r\n", "", "400", finished},
      {"a request line that is too long", "GET /" + std::string(124, 'a'), "", "414", finished},
      {"a method that never ends", std::string(129, 'G'), "", "414", finished},
      // header lines
      {"no Host", kGet + "\r\n", "", "400", finished},
      {"two Hosts", kGet + kHost + kHost + "\r\n", "", "400", finished},
      {"a Host with a path", kGet + "Host: h/a\r\n\r\n", "", "400", finished},
      {"a Host with a user", kGet + "Host: u@h\r\n\r\n", "", "400", finished},
      {"no colon", kGet + kHost + "X\r\n\r\n", "", "400", finished},
      {"no name", kGet + kHost + ": x\r\n\r\n", "", "400", finished},
      {"a blank before the colon", kPost + "Content-Length : 1\r\n\r\nx", "", "400", finished},
      {"a name that is no token", kGet + kHost + "X(: 1\r\n\r\n", "", "400", finished},
      {"a NUL in a value", kGet + kHost + std::string("X: \0\r\n\r\n", 8), "", "400", finished},
      {"a DEL in a value", kGet + kHost + "X: \x7f\r\n\r\n", "", "400", finished},
      {"a header line that is too long", kGet + kHost + "X: " + std::string(126, 'x'), "", "431",
       finished},
      {"a header that is too large",
       kGet + kHost + "a: " + std::string(120, 'x') + "\r\nb: " + std::string(120, 'x') +
           "\r\nc: " + std::string(120, 'x') + "\r\nd: " + std::string(120, 'x') +
           "\r\ne: " + std::string(120, 'x') + "\r\n",
       "", "431", finished},
      {"too many header lines",
       kGet + kHost + "a:1\r\nb:1\r\nc:1\r\nd:1\r\ne:1\r\nf:1\r\ng:1\r\nh:1\r\n\r\n", "", "431",
       finished},
      {"expects something else", kPost + "Expect: 200-ok\r\n\r\n", "", "417", finished},
      // senders that stop
      {"half a request line, then closed", "GET /a HT", "", "", finished, Then::peer_closes},
      {"half a header, then closed", kGet + kHost, "", "", finished, Then::peer_closes},
      {"half a header that stays", kGet + "Host", "", "", open},
      {"half a header, then too slow", kGet + "Host", "", "408", finished, Then::time_out},
      {"nothing for too long", "", "", "", finished, Then::time_out},
      {"nothing after an answer for too long", kNext, "GET /a", "200", finished, Then::time_out},
      {"half a second request, then too slow", kNext + "GET /b", "GET /a", "200 408", finished,
       Then::time_out},
      {"half a request, and the server stops", kGet, "", "", finished, Then::stop},
      {"good, then bad, then good", kNext + "BAD\r\n" + kNext, "GET /a", "200 400", finished},
  };
}

std::vector<StreamRow> malformed_bodies() {
  return {
      // two readings of one message
      {"both lengths",
       kPost + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kNext, "",
       "400", finished},
      {"both lengths, the other way round",
       kPost + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", "", "400",
       finished},
      {"two lengths", kPost + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy", "", "400",
       finished},
      {"two equal lengths", kPost + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", "", "400",
       finished},
      {"a list of lengths", kPost + "Content-Length: 1, 1\r\n\r\nx", "", "400", finished},
      {"two encodings", kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
       "", "400", finished},
      {"an encoding of HTTP/1.0", "POST /b HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "", "400", finished},
      {"another encoding", kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n", "", "501", finished},
      {"no encoding by name", kPost + "Transfer-Encoding: identity\r\n\r\n", "", "501", finished},
      {"nearly chunked", kPost + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "", "501",
       finished},
      {"chunked with a vertical tab", kPost + "Transfer-Encoding: \vchunked\r\n\r\n", "", "400",
       finished},
      {"chunked twice", kPost + "Transfer-Encoding: chunked, chunked\r\n\r\n", "", "501", finished},
      {"an empty encoding", kPost + "Transfer-Encoding:\r\n\r\n", "", "501", finished},
      // lengths
      {"a length with a sign", kPost + "Content-Length: +1\r\n\r\nx", "", "400", finished},
      {"a negative length", kPost + "Content-Length: -1\r\n\r\n", "", "400", finished},
      {"a hexadecimal length", kPost + "Content-Length: 0x1\r\n\r\nx", "", "400", finished},
      {"a length in two words", kPost + "Content-Length: 1 1\r\n\r\nx", "", "400", finished},
      {"an empty length", kPost + "Content-Length:\r\n\r\n", "", "400", finished},
      {"a length that is too large", kPost + "Content-Length: 65\r\n\r\n", "", "413", finished},
      {"a length that is too large, expecting 100",
       kPost + "Content-Length: 65\r\nExpect: 100-continue\r\n\r\n", "", "413", finished},
      {"a length beyond 64 bits", kPost + "Content-Length: 18446744073709551617\r\n\r\nx", "",
       "413", finished},
      // chunks
      {"a chunk's size with a sign", kChunked + "+1\r\nx\r\n0\r\n\r\n", "", "400", finished},
      {"a chunk's size with 0x", kChunked + "0x1\r\nx\r\n0\r\n\r\n", "", "400", finished},
      {"a chunk's size with a blank", kChunked + "1 \r\nx\r\n0\r\n\r\n", "", "400", finished},
      {"no chunk size", kChunked + "\r\nx\r\n0\r\n\r\n", "", "400", finished},
      {"a chunk's size beyond 64 bits", kChunked + "10000000000000001\r\nx\r\n0\r\n\r\n", "", "400",
       finished},
      {"a chunk that is too large", kChunked + "41\r\n", "", "413", finished},
      {"chunks that are too large", kChunked + "40\r\n" + std::string(64, 'x') + "\r\n1\r\n", "",
       "413", finished},
      {"the largest chunk size", kChunked + "FFFFFFFFFFFFFFFF\r\n", "", "413", finished},
      {"a chunk that is longer than it says", kChunked + "1\r\nxy\r\n0\r\n\r\n", "", "400",
       finished},
      {"a bare LF after a chunk's size", kChunked + "1\nx\r\n0\r\n\r\n", "", "400", finished},
      {"a bare LF after a chunk", kChunked + "1\r\nx\n0\r\n\r\n", "", "400", finished},
      {"a bare CR in an extension", kChunked + "1;a\rb\r\nx\r\n0\r\n\r\n", "", "400", finished},
      {"a NUL in an extension", kChunked + std::string("1;\0\r\nx\r\n0\r\n\r\n", 13), "", "400",
       finished},
      {"extensions that are too large",
       kChunked + "1;" + std::string(20, 'e') + "\r\nx\r\n1;" + std::string(20, 'e') + "\r\n", "",
       "400", finished},
      {"a chunk line that never ends", kChunked + std::string(129, '0'), "", "400", finished},
      {"a malformed trailer", kChunked + "0\r\nnope\r\n\r\n", "", "400", finished},
      {"a folded trailer", kChunked + "0\r\nA: b\r\n c\r\n\r\n", "", "400", finished},
      {"too many trailers",
       kChunked + "0\r\na:1\r\nb:1\r\nc:1\r\nd:1\r\ne:1\r\nf:1\r\ng:1\r\nh:1\r\ni:1\r\n\r\n", "",
       "431", finished},
      // senders that stop
      {"half a body, then closed", kPost + "Content-Length: 5\r\n\r\nhel", "", "", finished,
       Then::peer_closes},
      {"half a body, then too slow", kPost + "Content-Length: 5\r\n\r\nhel", "", "408", finished,
       Then::time_out},
      {"no last chunk, then closed", kChunked + "1\r\nx\r\n", "", "", finished, Then::peer_closes},
      {"half a trailer, then too slow", kChunked + "0\r\nA", "", "408", finished, Then::time_out},
  };
}

}  // namespace fauxbank::testing
