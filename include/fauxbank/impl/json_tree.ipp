#pragma once

#include <algorithm>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>

#include <fauxbank/detail/json_tree.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

// ---- from text to nodes -------------------------------------------------------------------------

/// What Boost.JSON tells about a text, in order.
class TreeHandler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using View = boost::json::string_view;
  using Error = boost::json::error_code;

  explicit TreeHandler(JsonTree& tree) : tree_(tree) {}

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_array_begin(Error&) { return open(JsonKind::array); }
  bool on_array_end(std::size_t, Error&) { return close(); }
  bool on_object_begin(Error&) { return open(JsonKind::object); }
  bool on_object_end(std::size_t, Error&) { return close(); }
  bool on_key_part(View part, std::size_t, Error&) { return gather(part); }
  bool on_key(View last, std::size_t, Error&) {
    key_ = whole(last);
    return true;
  }
  bool on_string_part(View part, std::size_t, Error&) { return gather(part); }
  bool on_string(View last, std::size_t, Error&) {
    add(JsonKind::string).text = whole(last);
    return true;
  }
  bool on_number_part(View, Error&) { return true; }
  bool on_int64(std::int64_t value, View, Error&) {
    add(JsonKind::integer).integer = value;
    return true;
  }
  bool on_uint64(std::uint64_t value, View, Error&) {
    add(JsonKind::natural).natural = value;
    return true;
  }
  bool on_double(double value, View text, Error&) {
    JsonNode& node = add(JsonKind::real);
    node.real = value;
    node.text = {text.data(), text.size()};
    return true;
  }
  bool on_bool(bool value, Error&) {
    add(JsonKind::boolean).integer = value ? 1 : 0;
    return true;
  }
  bool on_null(Error&) {
    add(JsonKind::null);
    return true;
  }
  bool on_comment_part(View, Error&) { return true; }
  bool on_comment(View, Error&) { return true; }

 private:
  JsonNode& add(JsonKind kind) {
    JsonNode& node = tree_.nodes.emplace_back();
    node.key = std::exchange(key_, {});
    node.kind = kind;
    node.end = static_cast<std::uint32_t>(tree_.nodes.size());
    return node;
  }
  bool open(JsonKind kind) {
    open_.push_back(static_cast<std::uint32_t>(tree_.nodes.size()));
    add(kind);
    return true;
  }
  bool close() {
    tree_.nodes[open_.back()].end = static_cast<std::uint32_t>(tree_.nodes.size());
    open_.pop_back();
    return true;
  }
  bool gather(View part) {
    parts_.append(part.data(), part.size());
    return true;
  }
  /// A string without escapes comes in one piece, which lies in the text itself.
  std::string_view whole(View last) {
    if (parts_.empty()) return {last.data(), last.size()};
    gather(last);
    return tree_.texts.emplace_back(std::exchange(parts_, std::string()));
  }

  JsonTree& tree_;
  std::vector<std::uint32_t> open_;
  std::string_view key_;
  std::string parts_;
};

FAUXBANK_DECL std::string unexpected(std::string_view text, std::size_t offset) {
  const char c = text[offset];
  const auto before = text.substr(0, offset).find_last_not_of(" \t\r\n");
  const char previous = before == std::string_view::npos ? '\0' : text[before];
  if (c == '/') return "this is no JSON: a comment is a member whose key starts with '//'";
  if (previous == ',' && (c == '}' || c == ']')) return "a comma before the end is no JSON";
  if (c == '\'') return "a string stands in double quotes";
  const auto code = static_cast<unsigned char>(c);
  if (code < 0x20 && c != '\n' && c != '\r' && c != '\t') return "a control character stands here";
  if (code >= 0x80 && utf8_prefix(text.substr(offset)) == 0) return "this is not UTF-8";
  if (code < 0x20) return "a string ends on its line; a line break in it is written \\n";
  std::size_t end = offset + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u)
    ++end;
  return "this is no JSON: unexpected " + quoted(text.substr(offset, end - offset));
}

FAUXBANK_DECL std::optional<JsonFault> parse_json(std::string_view text, JsonTree& tree) {
  constexpr std::size_t kLargest = std::size_t{64} << 20;
  if (text.size() > kLargest) return JsonFault{0, "the text is larger than 64 MiB"};
  if (text.substr(0, 3) == "\xef\xbb\xbf") {
    return JsonFault{0, "a byte order mark stands before the text; save it as UTF-8 without one"};
  }
  if (text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff")
    return JsonFault{0, "the text is UTF-16; save it as UTF-8"};
  if (const std::size_t key = find_live_key(text); key != std::string_view::npos)
    return JsonFault{key, "a live key stands here; it has no place in a file"};
  tree.nodes.reserve(text.size() / 24 + 16);
  boost::json::parse_options options;
  options.max_depth = kDeepestJson;
  boost::json::basic_parser<TreeHandler> parser(options, tree);
  boost::json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) return JsonFault{read, "more text after the end of the JSON"};
  if (!error) return std::nullopt;
  if (error == boost::json::error::too_deep)
    return JsonFault{read, "nested deeper than " + std::to_string(kDeepestJson) + " levels"};
  if (read >= text.size()) return JsonFault{text.size(), "the text ends too early"};
  return JsonFault{read, unexpected(text, read)};
}

// ---- from nodes back to the text ----------------------------------------------------------------

/// Goes over a text that is JSON, value by value, in the order of the nodes.
class PlaceFinder {
 public:
  PlaceFinder(const JsonTree& tree, std::string_view text) : tree_(tree), text_(text) {}

  std::vector<JsonPlace> find(const std::vector<std::uint32_t>& wanted) {
    for (std::size_t at = 0; at < text_.size() && places_.size() < wanted.size();)
      at = step(at, wanted);
    return std::move(places_);
  }

 private:
  struct Frame {
    std::uint32_t node;
    std::size_t ordinal = 0;
  };

  std::size_t step(std::size_t at, const std::vector<std::uint32_t>& wanted) {
    switch (text_[at]) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        return at + 1;
      case ':':
        key_next_ = false;
        return at + 1;
      case ',':
        ++open_.back().ordinal;
        key_next_ = in_object();
        return at + 1;
      case '{':
      case '[':
        value(at, wanted);
        open_.push_back({next_ - 1});
        key_next_ = in_object();
        return at + 1;
      case '}':
      case ']':
        open_.pop_back();
        return at + 1;
      case '"':
        key_next_ ? void(key_ = at) : value(at, wanted);
        return after_string(at);
      default:
        value(at, wanted);
        return std::min(text_.find_first_of(",]} \t\r\n", at), text_.size());
    }
  }

  bool in_object() const { return tree_.nodes[open_.back().node].kind == JsonKind::object; }

  void value(std::size_t at, const std::vector<std::uint32_t>& wanted) {
    const std::uint32_t node = next_++;
    const bool member = !open_.empty() && in_object();
    while (places_.size() < wanted.size() && wanted[places_.size()] == node)
      places_.push_back({at, member ? key_ : at, pointer_to(node)});
  }

  std::string pointer_to(std::uint32_t node) const {
    std::string pointer;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      pointer += '/';
      if (tree_.nodes[open_[i].node].kind == JsonKind::array) {
        pointer += std::to_string(open_[i].ordinal);
        continue;
      }
      for (char c : tree_.nodes[i + 1 < open_.size() ? open_[i + 1].node : node].key) {
        c == '~' ? pointer += "~0" : c == '/' ? pointer += "~1" : pointer += c;
      }
    }
    return pointer;
  }

  std::size_t after_string(std::size_t at) const {
    for (++at; text_[at] != '"'; ++at) {
      if (text_[at] == '\\') ++at;
    }
    return at + 1;
  }

  const JsonTree& tree_;
  std::string_view text_;
  std::vector<JsonPlace> places_;
  std::vector<Frame> open_;
  std::uint32_t next_ = 0;
  std::size_t key_ = 0;
  bool key_next_ = false;
};

FAUXBANK_DECL std::vector<JsonPlace> find_places(const JsonTree& tree, std::string_view text,
                                                 const std::vector<std::uint32_t>& wanted) {
  return PlaceFinder(tree, text).find(wanted);
}

FAUXBANK_DECL LineCounter::Place LineCounter::at(std::size_t offset) {
  if (offset < line_start_) *this = LineCounter(text_);
  for (; seen_ < offset; ++seen_) {
    if (text_[seen_] != '\n') continue;
    ++line_;
    line_start_ = seen_ + 1;
  }
  unsigned column = 1;
  for (std::size_t i = line_start_; i < offset; ++i)
    column += (static_cast<unsigned char>(text_[i]) & 0xc0u) != 0x80u ? 1u : 0u;
  return {line_, column};
}

}  // namespace fauxbank::detail
