// Moquette as a process: port and folder of its data are its arguments; sessions go to disk.
import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;
import java.util.Properties;

public class MoquetteServer {
  public static void main(String[] given) throws Exception {
    Properties words = new Properties();
    words.setProperty("host", "127.0.0.1");
    words.setProperty("port", given[0]);
    words.setProperty("data_path", given[1]);
    words.setProperty("persistence_enabled", "true");
    words.setProperty("allow_anonymous", "true");
    words.setProperty("telemetry_enabled", "false");
    words.setProperty("websocket_port", "disabled");
    new Server().startServer(new MemoryConfig(words));
    Thread.currentThread().join();
  }
}
