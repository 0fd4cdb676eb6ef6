// A client that is given its QNetworkAccessManager, and its test.
#include <functional>
#include <string>

#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <fauxbank/client/qt.hpp>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gmock.hpp>
#include <fauxbank/gtest.hpp>

/// The code under test: disconnects an account and says whether that went well.
class Disconnector {
 public:
  explicit Disconnector(QNetworkAccessManager& manager) : manager_(manager) {}

  void disconnect(const QString& account, const std::function<void(bool)>& done) {
    QNetworkRequest request(QUrl("https://api.example.com/v1/financial_connections/accounts/" +
                                 account + "/disconnect"));
    request.setRawHeader("Authorization", "Bearer sk_test_123");
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/x-www-form-urlencoded");
    QNetworkReply* reply = manager_.post(request, QByteArray());
    QObject::connect(reply, &QNetworkReply::finished, reply, [reply, done] {
      reply->deleteLater();
      done(reply->error() == QNetworkReply::NoError);
    });
  }

 private:
  QNetworkAccessManager& manager_;
};

using QtExample = fauxbank::WorldTest;

TEST_F(QtExample, HidesThatQtSentThePostTwice) {
  int count = 0;
  QCoreApplication application(count, nullptr);
  world.load({.accounts = {{.id = "fca_1"}}});
  world.faults().on(fauxbank::Operation::disconnect).nth(1).answer_lost();

  const auto manager = fauxbank::qt::access_manager(world.transport());
  bool went_well = false;
  Disconnector(*manager).disconnect("fca_1", [&](bool well) {
    went_well = well;
    QCoreApplication::quit();
  });
  QCoreApplication::exec();

  EXPECT_TRUE(went_well);
  EXPECT_THAT(world.journal(), fauxbank::Received(fauxbank::Operation::disconnect).Times(2));
}
