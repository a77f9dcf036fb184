# docker build -t rote . && docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" rote audit my-images --out audit
# Runs as any user, known to the system or not, and with a read-only home: libtorch is unpacked in the image.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q -Prelease -pl cli -am -DskipTests -Dspotless.check.skip=true -Dmaven.javadoc.skip=true package \
    && mkdir /rote && tar -xzf cli/target/rote-*-linux-x86_64.tar.gz --strip-components=1 -C /rote \
    && HOME=/tmp/home && mkdir -p "$HOME" && export HOME \
    && /rote/bin/rote losses >/dev/null && mv "$HOME/.javacpp/cache" /rote/natives

FROM eclipse-temurin:17-jre
COPY --from=build /rote /opt/rote
RUN ln -s /opt/rote/bin/rote /usr/local/bin/rote && useradd --create-home rote
USER rote
WORKDIR /work
ENTRYPOINT ["rote"]
