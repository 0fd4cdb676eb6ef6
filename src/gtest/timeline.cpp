// The HTML timeline of a journal. Compiled once in the user's own test program.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "timeline.hpp"

#include <fauxbank/detail/explain.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank {
namespace {

// Lanes share the width there is and break long words, so that nothing ever needs to scroll
// sideways. Colours pass the contrast of WCAG AA on their grounds.
constexpr std::string_view kStyle = R"(
:root { color-scheme: light; font: 14px/1.45 system-ui, sans-serif; color: #1c2733; background: #f5f7f9; }
body { margin: 0 auto; padding: 20px 24px; max-width: 1500px; }
h1 { font-size: 20px; margin: 0 0 4px; overflow-wrap: anywhere; }
header p { margin: 0 0 14px; color: #4a5866; overflow-wrap: anywhere; }
code { display: block; }
code, pre { font: 12.5px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; margin: 0; }
ol { list-style: none; margin: 0; padding: 0; }
.lanes, li { display: grid; grid-template-columns: 132px repeat(var(--clients), minmax(0, 1fr)) minmax(0, 1.3fr) minmax(0, 1fr); column-gap: 12px; }
.lanes { position: sticky; top: 0; background: #f5f7f9; border-bottom: 2px solid #b9c4ce; font-weight: 600; padding: 6px 0; }
li { border-bottom: 1px solid #dbe2e8; padding: 8px 0; align-items: start; }
.when { color: #4a5866; font-size: 12.5px; }
.when b { color: #1c2733; display: block; }
.card { background: #fff; border: 1px solid #d3dbe2; border-left: 4px solid #7b8fa1; border-radius: 4px; padding: 6px 9px; min-width: 0; }
.ask { border-left-color: #2f6fb3; }
.ok { border-left-color: #2a8450; }
.refused { border-left-color: #b8720a; background: #fdf6e9; }
.error, .fault { border-left-color: #b3261e; background: #fdeceb; }
.event { border-left-color: #6b4fa3; }
.status { font-weight: 600; margin-right: 6px; }
.card p { margin: 4px 0 0; overflow-wrap: anywhere; }
details { margin-top: 4px; display: inline-block; margin-right: 12px; }
details[open] { display: block; }
summary { cursor: pointer; color: #2f5f91; font-size: 12.5px; }
footer { margin-top: 12px; color: #4a5866; }
)";

// More lanes than this would be too narrow to read; then the clients share one and say their
// number.
constexpr std::size_t kMostLanes = 3;

std::string escaped(std::string_view text) {
  std::string out;
  const std::size_t good = detail::utf8_prefix(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if ((byte < ' ' && c != '\n' && c != '\t') || c == '\x7f' ||
               (byte >= 0x80 && i >= good)) {
      out += "�";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

class Sheet {
 public:
  Sheet(const Journal& journal, const Story& story) : journal_(journal), story_(story) {
    for (const JournalEntry& entry : journal) {
      if (entry.thread != 0 &&
          std::find(threads_.begin(), threads_.end(), entry.thread) == threads_.end())
        threads_.push_back(entry.thread);
    }
    std::sort(threads_.begin(), threads_.end());
  }

  std::string text() {
    head();
    html_ += "<ol>\n";
    for (const JournalEntry& entry : journal_)
      row(entry);
    html_ += "</ol>\n";
    if (journal_.empty()) html_ += "<footer>Nothing happened.</footer>\n";
    html_ += "</body>\n</html>\n";
    return std::move(html_);
  }

 private:
  bool shared_lane() const { return threads_.size() > kMostLanes; }
  std::size_t clients() const {
    return shared_lane() ? 1 : std::max<std::size_t>(threads_.size(), 1);
  }
  /// The grid's column of a client.
  std::size_t lane_of(std::uint32_t thread) const {
    if (shared_lane()) return 2;
    const auto at = std::find(threads_.begin(), threads_.end(), thread);
    return 2 + static_cast<std::size_t>(at - threads_.begin());
  }
  std::size_t api_lane() const { return 2 + clients(); }
  std::size_t world_lane() const { return 3 + clients(); }

  void head() {
    const std::string title = escaped(story_.title);
    html_ += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    html_ +=
        "<meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"icon\" "
        "href=\"data:,\">\n";
    html_ += "<title>" + title + "</title>\n<style>";
    html_.append(kStyle).append("</style>\n</head>\n<body style=\"--clients: ");
    html_ += std::to_string(clients()) + "\">\n<header>\n<h1>" + title + "</h1>\n<p>";
    html_ +=
        escaped(story_.summary) + "</p>\n</header>\n<div class=\"lanes\"><span>world time</span>";
    if (shared_lane() || threads_.empty()) {
      html_ += "<span>clients</span>";
    } else {
      for (std::uint32_t thread : threads_)
        html_ += "<span>client thread " + std::to_string(thread) + "</span>";
    }
    html_ += "<span>API</span><span>world</span></div>\n";
  }

  void card(std::size_t lane, std::string_view kind) {
    html_ += "<div class=\"card ";
    html_.append(kind).append("\" style=\"grid-column: ") += std::to_string(lane) + "\">";
  }

  void details(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    html_ += "<details><summary>";
    html_.append(name).append("</summary><pre>");
    html_ += escaped(text) + "</pre></details>";
  }

  void row(const JournalEntry& entry) {
    const std::string at = to_string(entry.at);
    html_ += "<li id=\"e" + std::to_string(entry.number) + "\"><div class=\"when\"><b>#" +
             std::to_string(entry.number) + "</b>" + at.substr(0, 10) + "<br>" + at.substr(11) +
             "</div>";
    const bool called = entry.kind == EntryKind::request || entry.kind == EntryKind::call;
    if (called) ask(entry);
    if (called) {
      answer(entry);
    } else {
      card(world_lane(), entry.refused_by ? "refused" : "event");
      html_ += escaped(entry.target());
      outcome(entry);
      html_ += "</div>";
    }
    html_ += "</li>\n";
  }

  void ask(const JournalEntry& entry) {
    card(lane_of(entry.thread), "ask");
    html_ += "<code>";
    for (char c : escaped(detail::asked_line(entry)))
      (html_ += c) += c == '/' ? "<wbr>" : "";  // long paths break there
    html_ += "</code>";
    if (shared_lane()) html_ += "<p>thread " + std::to_string(entry.thread) + "</p>";
    if (entry.attempt > 1) html_ += "<p>" + detail::attempt_line(entry) + "</p>";
    details("headers", entry.request_headers());
    html_ += "</div>";
  }

  void answer(const JournalEntry& entry) {
    card(api_lane(), !entry.fault_text().empty() ? "fault"
                     : entry.status >= 500       ? "error"
                     : entry.refused_by          ? "refused"
                                                 : "ok");
    const std::string line = detail::answer_line(entry);
    const std::size_t number = std::min(line.find(' '), line.size());
    html_ += "<span class=\"status\">" + line.substr(0, number) + "</span>";
    html_ += escaped(std::string_view(line).substr(number));
    if (!entry.fault_text().empty()) html_ += "<p>fault " + escaped(entry.fault_text()) + "</p>";
    outcome(entry);
    details("body", entry.response_body());
    html_ += "</div>";
  }

  void outcome(const JournalEntry& entry) {
    for (const Change& change : entry.changes)
      html_ += "<p>" + escaped(to_string(change)) + "</p>";
    for (const Event& event : entry.events)
      html_ += "<p>event " + escaped(to_string(event)) + "</p>";
    details("rules", to_string(entry.rules));
  }

  const Journal& journal_;
  const Story& story_;
  std::vector<std::uint32_t> threads_;
  std::string html_;
};

}  // namespace

std::string hex_digest(std::uint64_t digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; digest >>= 4)
    text[i] = kDigits[digest & 15u];
  return text;
}

Story tell(const State& state, const Journal& journal, std::string_view title) {
  Story story;
  story.title = title;
  story.summary = to_string(state) + ", digest " + hex_digest(state.digest()) +
                  ", journal digest " + hex_digest(journal.digest()) + ", " +
                  std::to_string(journal.size()) + (journal.size() == 1 ? " entry" : " entries");
  if (journal.dropped() != 0)
    story.summary += ", older ones dropped: " + std::to_string(journal.dropped());
  return story;
}

std::string render_timeline(const Journal& journal, const Story& story) {
  return Sheet(journal, story).text();
}

std::string timeline_html(const World& world, std::string_view title) {
  const Journal journal = world.journal();
  return render_timeline(journal, tell(world.state(), journal, title));
}

}  // namespace fauxbank
