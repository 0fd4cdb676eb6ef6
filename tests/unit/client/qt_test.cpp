// Qt's own stack on a server, and the manager that answers from a transport: what code sees of both
// must be the same, down to the signals.

#include <fauxbank/client/qt.hpp>

#include <chrono>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <thread>

#include <QtCore/qbuffer.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qpointer.h>
#include <QtCore/qtemporaryfile.h>
#include <QtNetwork/qhttpmultipart.h>
#include <QtNetwork/qnetworkaccessmanager.h>
#include <QtNetwork/qnetworkreply.h>
#include <QtNetwork/qnetworkrequest.h>
#include <gmock/gmock.h>

#include <fauxbank/detail/watch.hpp>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/server.hpp>

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kAccount = "/v1/financial_connections/accounts/fca_1";

/// Qt wants one, and that it lives as long as the program.
void make_application() {
  static int count = 0;
  static QCoreApplication application(count, nullptr);
}

QNetworkRequest request_to(const std::string& url) {
  QNetworkRequest request(QUrl(QString::fromStdString(url)));
  request.setRawHeader("Authorization", "Bearer sk_test_123");
  return request;
}

/// What code sees of a reply, in the order in which it sees it.
std::string story_of(QNetworkReply& reply) {
  std::string story;
  const auto note = [&story](const char* what) { return [&story, what] { story += what; }; };
  QEventLoop loop;
  QObject::connect(&reply, &QNetworkReply::metaDataChanged, &loop, note("head "));
  // How the bytes come in pieces, and how often Qt tells of them, is a matter of real time: told is
  // the first piece, and how far it came in the end.
  std::string down;
  QObject::connect(&reply, &QNetworkReply::readyRead, &loop, [&] {
    if (story.find("ready ") == std::string::npos) story += "ready ";
  });
  QObject::connect(&reply, &QNetworkReply::errorOccurred, &loop, note("error "));
  QObject::connect(&reply, &QNetworkReply::uploadProgress, &loop, [&](qint64 sent, qint64 total) {
    story += "up " + std::to_string(sent) + "/" + std::to_string(total) + " ";
  });
  QObject::connect(&reply, &QNetworkReply::downloadProgress, &loop, [&](qint64 got, qint64 total) {
    if (const auto at = story.find(down); !down.empty()) story.erase(at, down.size());
    down = "down " + std::to_string(got) + "/" + std::to_string(total) + " ";
    story += down;
  });
  QObject::connect(&reply, &QNetworkReply::finished, &loop, note("finished "));
  QObject::connect(&reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
  loop.exec();
  const auto attribute = [&](QNetworkRequest::Attribute which) {
    return reply.attribute(which).toString().toStdString();
  };
  return story + attribute(QNetworkRequest::HttpStatusCodeAttribute) + " " +
         attribute(QNetworkRequest::HttpReasonPhraseAttribute) + " " +
         std::to_string(reply.error()) + " " +
         (reply.isOpen() ? reply.readAll().toStdString() : "closed");
}

class Qt : public ::testing::Test {
 protected:
  Qt() { make_application(); }
};

// ---- beside the real stack ----

struct Trouble {
  const char* name;
  void (*plan)(FaultBuilder fault);
  bool is_silent = false;  // until Qt gives up, which the real stack really does
};

void PrintTo(const Trouble& trouble, std::ostream* out) { *out << trouble.name; }

class QtBesideQt : public ::testing::TestWithParam<Trouble> {
 protected:
  QtBesideQt() { make_application(); }

  /// What becomes of one request that the trouble strikes.
  std::string story(World& world, QNetworkAccessManager& manager, const std::string& origin,
                    bool post, bool kept, bool for_ever) {
    const auto perform = [&](Milliseconds limit) {
      QNetworkRequest request = request_to(origin + kAccount + (post ? "/refresh" : ""));
      request.setTransferTimeout(static_cast<int>(limit.count()));
      request.setHeader(QNetworkRequest::ContentTypeHeader, "application/x-www-form-urlencoded");
      const std::unique_ptr<QNetworkReply> reply(post ? manager.post(request, "features[]=balance")
                                                      : manager.get(request));
      return story_of(*reply);
    };
    if (kept) perform(30s);
    FaultBuilder fault = world.faults().on(post ? Operation::refresh : Operation::retrieve);
    if (!for_ever) fault.nth(1);
    GetParam().plan(fault);
    const auto fired = [&] { return world.faults().report().front().plan.fired; };
    const std::string said = perform(GetParam().is_silent ? 300ms : 30s);
    // The real stack may have given up before the server had its turn.
    for (const QDeadlineTimer limit(10s);
         GetParam().is_silent && fired() == 0 && !limit.hasExpired();)
      std::this_thread::yield();
    return said + "\nfired " + std::to_string(fired());
  }
};

INSTANTIATE_TEST_SUITE_P(
    All, QtBesideQt,
    ::testing::Values(
        Trouble{"nothing", [](FaultBuilder it) { it.rate(0).garbage(); }},
        Trouble{"status_400", [](FaultBuilder it) { it.http(400); }},
        Trouble{"status_403", [](FaultBuilder it) { it.http(403); }},
        Trouble{"status_404", [](FaultBuilder it) { it.http(404); }},
        Trouble{"status_409", [](FaultBuilder it) { it.http(409); }},
        Trouble{"status_429", [](FaultBuilder it) { it.rate_limit(); }},
        Trouble{"status_500", [](FaultBuilder it) { it.server_error(); }},
        Trouble{"status_502", [](FaultBuilder it) { it.http(502); }},
        Trouble{"status_503", [](FaultBuilder it) { it.http(503); }},
        Trouble{"reset", [](FaultBuilder it) { it.connection_reset(); }},
        Trouble{"lost", [](FaultBuilder it) { it.answer_lost(); }},
        Trouble{"cut", [](FaultBuilder it) { it.phase(FaultPhase::during).connection_reset(); }},
        Trouble{"closed", [](FaultBuilder it) { it.empty_answer(); }},
        Trouble{"garbage", [](FaultBuilder it) { it.garbage(); }},
        Trouble{"truncated", [](FaultBuilder it) { it.truncated_body(); }},
        Trouble{"malformed", [](FaultBuilder it) { it.malformed_body(); }},
        Trouble{"silence", [](FaultBuilder it) { it.timeout(); }, true}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(QtBesideQt, ShowsTheSame) {
  const Scenario scenario{.accounts = {{.id = "fca_1"}}};
  for (const bool post : {false, true}) {
    for (const bool kept : {false, true}) {
      for (const bool for_ever : {false, true}) {
        World served(scenario);
        Server server(served);
        server.start();
        QNetworkAccessManager real;
        World world(scenario);
        const auto ours = qt::access_manager(world.transport(), {.clock = &world.clock()});
        EXPECT_EQ(story(world, *ours, "http://api.example.com", post, kept, for_ever),
                  story(served, real, server.url(), post, kept, for_ever))
            << (post ? "POST" : "GET") << (kept ? ", kept" : ", new")
            << (for_ever ? ", for ever" : ", once");
      }
    }
  }
}

// ---- alone ----

/// Answers with what it was asked.
class Echo final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request& request) override {
    if (throws) throw std::runtime_error("the transport's own");
    Response response;
    response.headers.add("X-Mark", "1");
    response.headers.add("X-Mark", "2");
    response.body.append(to_string(request.method)).append(" ").append(request.target).append("\n");
    for (const Headers::Field& field : request.headers)
      response.body.append(field.name).append("=").append(field.value).append("\n");
    response.body.append(request.body);
    return response;
  }
  bool accepts(Method, std::string_view) override { return ++asked > refusals; }

  int refusals = 0;
  int asked = 0;
  bool throws = false;
};

TEST_F(Qt, SendsTargetHostHeadersAndBody) {
  Echo transport;
  const auto manager = qt::access_manager(transport);
  const std::unique_ptr<QNetworkReply> reply(
      manager->put(request_to("https://api.example.com:8443/a%20b?c=[1]#d"), "hello"));
  const std::string said = story_of(*reply);
  EXPECT_THAT(said, HasSubstr("PUT /a%20b?c=[1]\n"));
  EXPECT_THAT(said, HasSubstr("Host=api.example.com:8443\n"));
  EXPECT_THAT(said, HasSubstr("Authorization=Bearer sk_test_123\n"));
  EXPECT_THAT(said, HasSubstr("\nhello"));
  EXPECT_EQ(reply->rawHeader("x-mark"), "1, 2");
  EXPECT_EQ(reply->operation(), QNetworkAccessManager::PutOperation);
  const std::unique_ptr<QNetworkReply> other(
      manager->sendCustomRequest(request_to("http://[::1]"), "PATCH", QByteArray("x")));
  EXPECT_THAT(story_of(*other), HasSubstr("PATCH /\nHost=[::1]\n"));
  const std::unique_ptr<QNetworkReply> head(manager->head(request_to("http://h/")));
  EXPECT_THAT(story_of(*head), Not(HasSubstr("HEAD /")));
}

TEST_F(Qt, SendsFormsOfManyParts) {
  Echo transport;
  const auto manager = qt::access_manager(transport);
  QHttpMultiPart parts(QHttpMultiPart::FormDataType);
  QHttpPart part;
  part.setHeader(QNetworkRequest::ContentDispositionHeader, "form-data; name=\"n\"");
  part.setBody("value");
  parts.append(part);
  const std::unique_ptr<QNetworkReply> reply(manager->post(request_to("http://h/"), &parts));
  const std::string said = story_of(*reply);
  EXPECT_THAT(said, HasSubstr("Content-Type=multipart/form-data"));
  EXPECT_THAT(said, HasSubstr("value"));
}

TEST_F(Qt, ConnectsTwice) {
  Echo transport;
  const auto manager = qt::access_manager(transport);
  const auto error = [&] {
    const std::unique_ptr<QNetworkReply> reply(manager->get(request_to("http://h/")));
    story_of(*reply);
    return reply->error();
  };
  transport.refusals = 2;
  EXPECT_EQ(error(), QNetworkReply::ConnectionRefusedError);
  EXPECT_EQ(transport.asked, 2);
  transport.asked = 1;
  EXPECT_EQ(error(), QNetworkReply::NoError) << "the second attempt";
}

TEST_F(Qt, NeverFinishesWithoutATimeOutUntilItIsAborted) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.faults().on(Operation::retrieve).timeout();
  const auto manager = qt::access_manager(world.transport());
  const std::unique_ptr<QNetworkReply> reply(manager->get(request_to("http://h" + kAccount)));
  for (int i = 0; i < 5; ++i)
    QCoreApplication::processEvents();
  EXPECT_FALSE(reply->isFinished());
  QObject::connect(reply.get(), &QNetworkReply::errorOccurred, reply.get(),
                   [&] { reply->abort(); });
  int finished = 0;
  QObject::connect(manager.get(), &QNetworkAccessManager::finished, manager.get(),
                   [&] { ++finished; });
  reply->abort();
  EXPECT_TRUE(reply->isFinished());
  EXPECT_EQ(reply->error(), QNetworkReply::OperationCanceledError);
  EXPECT_EQ(finished, 1);
  reply->abort();
  EXPECT_EQ(finished, 1);
}

TEST_F(Qt, MayBeAbortedOrDeletedBySlots) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  const auto manager = qt::access_manager(world.transport());
  const std::unique_ptr<QNetworkReply> reply(manager->get(request_to("http://h" + kAccount)));
  QObject::connect(reply.get(), &QNetworkReply::metaDataChanged, reply.get(),
                   [&] { reply->abort(); });
  EXPECT_THAT(story_of(*reply), Not(HasSubstr("ready")));
  EXPECT_EQ(reply->error(), QNetworkReply::OperationCanceledError);
  const QPointer<QNetworkReply> gone(manager->get(request_to("http://h" + kAccount)));
  QObject::connect(gone, &QNetworkReply::readyRead, gone, [&] { delete gone; });
  for (int i = 0; i < 5; ++i)
    QCoreApplication::processEvents();
  EXPECT_TRUE(gone.isNull());
}

TEST_F(Qt, FollowsTheManagersOwnSettings) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.faults().on(Operation::retrieve).timeout();
  const auto manager = qt::access_manager(world.transport(), {.clock = &world.clock()});
  manager->setTransferTimeout(20'000);
  manager->setAutoDeleteReplies(true);
  const Instant start = world.clock().now();
  const QPointer<QNetworkReply> reply(manager->get(request_to("http://h" + kAccount)));
  story_of(*reply);
  EXPECT_EQ(world.clock().now() - start, 20s);
  QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  EXPECT_TRUE(reply.isNull());
}

TEST_F(Qt, ShowsWhatTheTransportThrows) {
  Echo transport;
  transport.throws = true;
  const auto manager = qt::access_manager(transport);
  const std::unique_ptr<QNetworkReply> reply(manager->get(request_to("http://h/")));
  story_of(*reply);
  EXPECT_EQ(reply->error(), QNetworkReply::UnknownNetworkError);
  EXPECT_THAT(reply->errorString().toStdString(), HasSubstr("the transport's own"));
}

TEST_F(Qt, IsCutOffWithAnErrorAndNotInQtsLoop) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  const detail::Watch watch(world, 0);
  const auto manager = qt::access_manager(world.transport());
  const std::unique_ptr<QNetworkReply> reply(manager->get(request_to("http://h" + kAccount)));
  story_of(*reply);
  EXPECT_EQ(reply->error(), QNetworkReply::UnknownNetworkError);
  EXPECT_TRUE(watch.is_over);
}

TEST_F(Qt, LeavesOtherSchemesToQt) {
  Echo transport;
  const auto manager = qt::access_manager(transport);
  const std::unique_ptr<QNetworkReply> reply(manager->get(QNetworkRequest(QUrl("data:,hello"))));
  if (!reply->isFinished()) story_of(*reply);
  EXPECT_EQ(reply->readAll(), "hello");
  EXPECT_EQ(transport.asked, 0);
}

}  // namespace
}  // namespace fauxbank
