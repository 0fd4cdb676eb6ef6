// Qt's access manager, answered by a world.
#include <memory>

#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <fauxbank/client/qt.hpp>
#include <fauxbank/fauxbank.hpp>

int main(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  fauxbank::World world;
  const auto manager = fauxbank::qt::access_manager(world.transport());
  const std::unique_ptr<QNetworkReply> reply(
      manager->get(QNetworkRequest(QUrl("https://api.example.com/"))));
  QObject::connect(reply.get(), &QNetworkReply::finished, &QCoreApplication::quit);
  application.exec();
  return reply->error() == QNetworkReply::AuthenticationRequiredError ? 0 : 1;
}
