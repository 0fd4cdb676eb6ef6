// What must be understood, however unusual.

#include "wire_table.hpp"

namespace fauxbank::testing {

std::vector<StreamRow> good_streams() {
  constexpr auto open = WireState::open;
  constexpr auto finished = WireState::finished;
  const std::string host = "Host: h\r\n";
  const std::string get = "GET /a HTTP/1.1\r\n" + host + "\r\n";
  const std::string post = "POST /b HTTP/1.1\r\n" + host;
  return {
      {"nothing", "", "", "", open},
      {"nothing, then closed", "", "", "", finished, Then::peer_closes},
      {"a request", get, "GET /a", "200", open},
      {"a request, then closed", get, "GET /a", "200", finished, Then::peer_closes},
      {"three pipelined", get + post + "Content-Length: 3\r\n\r\nx=1" + get,
       "GET /a, POST /b [x=1], GET /a", "200 200 200", open},
      {"a blank line before a request", "\r\n" + get, "GET /a", "200", open},
      {"a blank line between requests", get + "\r\n" + get, "GET /a, GET /a", "200 200", open},
      {"a body by length", post + "Content-Length: 5\r\n\r\nhello", "POST /b [hello]", "200", open},
      {"a body that looks like a request", post + "Content-Length: 16\r\n\r\nGET /c HTTP/1.1\n",
       "POST /b [GET /c HTTP/1.1\n]", "200", open},
      {"a length of zero", post + "Content-Length: 0\r\n\r\n", "POST /b", "200", open},
      {"leading zeros in a length", post + "Content-Length: 00003\r\n\r\nabc", "POST /b [abc]",
       "200", open},
      {"the longest body", post + "Content-Length: 64\r\n\r\n" + std::string(64, 'b'),
       "POST /b [" + std::string(64, 'b') + "]", "200", open},
      {"a body of a GET", "GET /a HTTP/1.1\r\n" + host + "Content-Length: 1\r\n\r\nz", "GET /a [z]",
       "200", open},
      {"chunks", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n02\r\nde\r\n0\r\n\r\n",
       "POST /b [abcde]", "200", open},
      {"chunks, hexadecimal and capital",
       post + "Transfer-Encoding: CHUNKED\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n",
       "POST /b [0123456789]", "200", open},
      {"chunks with extensions and trailers",
       post + "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\nHost: evil\r\nT: 1\r\n\r\n" +
           get,
       "POST /b [x], GET /a", "200 200", open},
      {"an empty chunked body", post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST /b",
       "200", open},
      {"expects 100", post + "Content-Length: 1\r\nExpect: 100-continue\r\n\r\nx", "POST /b [x]",
       "100 200", open},
      {"expects 100 with chunks",
       post + "Expect: 100-Continue\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
       "POST /b [x]", "100 200", open},
      {"expects 100 and sends no body yet",
       post + "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n", "", "100", open},
      {"expects 100 without a body", post + "Expect: 100-continue\r\n\r\n", "POST /b", "200", open},
      {"HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", "GET /a", "200", finished},
      {"HTTP/1.0 that keeps", "GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + get,
       "GET /a, GET /a", "200 200", open},
      {"HTTP/1.0 expects nothing",
       "POST /a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx", "POST /a [x]",
       "200", finished},
      {"a later HTTP/1", "GET /a HTTP/1.9\r\n" + host + "\r\n", "GET /a", "200", open},
      {"closes when asked, and what follows is dropped",
       "GET /a HTTP/1.1\r\n" + host + "Connection: x, close\r\n\r\n" + get, "GET /a", "200",
       finished},
      {"an unknown method", "BREW /a HTTP/1.1\r\n" + host + "\r\n", "OTHER /a", "200", open},
      {"a method in small letters", "get /a HTTP/1.1\r\n" + host + "\r\n", "OTHER /a", "200", open},
      {"OPTIONS of all", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", "OPTIONS *", "200", open},
      {"an absolute target", "GET http://x:80/a?b=1 HTTP/1.1\r\n" + host + "\r\n", "GET /a?b=1",
       "200", open},
      {"an absolute target without a path", "GET HTTPS://x?b HTTP/1.1\r\n" + host + "\r\n",
       "GET /?b", "200", open},
      {"an empty Host", "GET /a HTTP/1.1\r\nHost:\r\n\r\n", "GET /a", "200", open},
      {"a Host with an address", "GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET /a", "200",
       open},
      {"no blanks, and tabs", "GET /a HTTP/1.1\r\nHost:\t h\t\r\nX:y\r\n\r\n", "GET /a", "200",
       open},
      {"bytes beyond ASCII in a value", "GET /a HTTP/1.1\r\n" + host + "X: \xc3\xa9\r\n\r\n",
       "GET /a", "200", open},
      {"the most header lines",
       "GET /a HTTP/1.1\r\n" + host + "a:1\r\nb:1\r\nc:1\r\nd:1\r\ne:1\r\nf:1\r\ng:1\r\n\r\n",
       "GET /a", "200", open},
      {"the longest request line",
       "GET /" + std::string(113, 'a') + " HTTP/1.1\r\n" + host + "\r\n",
       "GET /" + std::string(113, 'a'), "200", open},
      {"a body of any bytes", post + "Content-Length: 4\r\n\r\n" + std::string("\0\r\n\xff", 4),
       "POST /b [" + std::string("\0\r\n\xff", 4) + "]", "200", open},
      {"the server stops", get, "GET /a", "200", finished, Then::stop},
  };
}

}  // namespace fauxbank::testing
