package io.npuq.worker.builtin;

import io.npuq.schema.Severity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Severity, category and need for action of a text, by tables of words; docs/builtin.md says why each is there.
 *
 * <ol>
 *   <li>Severity is critical when a word of {@link #CRITICAL} stands there un-negated, else warning for one of {@link #WARNING}, else info. A text that
 *       says that it is over ({@link #OVER}) is one step milder; one of a {@link #MILD} category is at most a warning.
 *   <li>Category is the one with most words; at a tie the first of the table; {@code general} without any.
 *   <li>Action is needed when the text asks for it ({@link #ACTION}), or is critical.
 * </ol>
 */
final class NotificationRules {
    /** What is broken now, lost, or a danger to people or data. */
    private static final Keywords CRITICAL = Keywords.of(
            "critical, fatal, panic, emergency, urgent, outage*, is down, are down, was down, went down, goes down, down since, server down, site down, offline, unreachable, unavailable, crash*, data loss, corrupt*, breach*, hacked",
            "ransomware, intrusion, no space left, disk full, out of memory, oom-killer, killed, aborted, core dump, on fire, fire alarm, evacuat*, power failure",
            "kritisch*, notfall*, dringend*, ausfall, ausgefallen*, absturz*, abgestürzt*, nicht erreichbar, datenverlust, brand, stromausfall",
            "critique*, urgent*, urgence, panne, en panne, hors service, indisponible*, plantage, perte de données, incendie",
            "crítico*, urgente*, caído*, caída, fuera de servicio, pérdida de datos, emergencia, incendio, urgenza, guasto, emergenza, queda",
            "障害, 停止, 緊急, 至急, ダウン, 故障, 紧急, 宕机, 중단, 긴급");

    /** What failed once, is late, or will be broken if nobody looks. */
    private static final Keywords WARNING = Keywords.of(
            "warning*, warn, error*, fail, fails, failed, failing, failure*, slow, slower, delay*, late, overdue, expire*, expiring, expiry, retry*",
            "retries, timeout*, timed out, degraded, damaged, broken, low, almost full, running out, exceed*, denied, refused, rejected, missed",
            "missing, suspicious, unusual, postponed, cancelled, canceled, unable, warnung*, fehler*, fehlgeschlagen, langsam*, verspät*, verzöger*",
            "läuft ab, abgelaufen, beschädigt*, defekt*, überfällig*, konnte nicht, konnte heute leider nicht, leider nicht, verschoben, abgesagt",
            "avertissement*, erreur*, échec*, échoué*, lent, lente, retard*, expir*, endommag*, reporté*, annulé*, impossible, error, errores",
            "fallo*, fallado, falló, lento, retraso*, caduca*, dañad*, aplazad*, cancelad*, errore, fallit*, ritardo, scad*, rinviat*",
            "警告, エラー, 失敗, 遅延, 遅れ, 期限, 延期, 中止, 错误, 失败, 延迟, 过期, 오류, 실패, 지연");

    /** Says that it is over. */
    private static final Keywords OVER = Keywords.of(
            "resolved, recovered, fixed, restored, back to normal, back online, solved, behoben, wiederhergestellt, gelöst, wieder verfügbar",
            "résolu*, rétabli*, corrigé*, resuelt*, restablecid*, solucionad*, risolto, ripristinat*, 復旧, 解決, 已恢复, 已解决, 복구");

    /** "0 errors", "no failures", "ohne Fehler": one of the two words before it. */
    private static final Set<String> NEGATIONS = Set.of(
            "0", "no", "not", "zero", "without", "never", "kein", "keine", "keinen", "ohne", "nicht", "null", "aucun",
            "aucune", "sans", "pas", "sin", "ningún", "cero", "non", "senza");

    private static final int NEGATION_WORDS = 2;

    /** What such texts tell of is planned or offered: never critical. */
    private static final Set<String> MILD = Set.of("meeting", "promotion", "release");

    /** Asks the reader for something. */
    private static final Keywords ACTION = Keywords.of(
            "please, must, need to, needs to, have to, has to, required, action needed, action required, asap, confirm, renew it, replace, reply by, respond by",
            "deadline, make sure, don't forget, do not forget, remember to, avoid, sign, approve, review by, bitte, muss, müssen, soll, sollen",
            "erforderlich, bestätigen, unterschreiben, frist, merci de, veuillez, prière de, il faut, doit, doivent, à confirmer, à signer, por favor, hay que",
            "debe, deben, es necesario, confirmar, firmar, per favore, bisogna, deve, devono, è necessario, favor de",
            "ください, お願い, 必要, 请, 必须, 需要, 해주세요, 필요, 부탁");

    private static final Map<String, Keywords> CATEGORIES = new LinkedHashMap<>();

    static {
        category(
                "security",
                "security, breach*, phishing, password*, login, log in, malware, ransomware, vulnerab*, hacked, intrusion, unauthori*, suspicious,"
                        + " sicherheit*, passwort, sécurité, mot de passe, contraseña, sicurezza, セキュリティ, パスワード, 密码, 安全");
        category("certificate", "certificate*, tls, ssl, zertifikat*, certificat, certificado, 証明書, 证书");
        category(
                "backup",
                "backup*, restore, snapshot, sicherungskopie, datensicherung, sauvegarde*, copia de seguridad, copias de seguridad, バックアップ, 备份");
        category(
                "storage",
                "disk*, raid, nvme*, volume, storage, no space left, filesystem, festplatte*, speicher, disque, disco, ディスク, 磁盘");
        category(
                "database",
                "database*, postgres*, mysql, sql, db, datenbank*, base de données, base de datos, データベース, 数据库");
        category(
                "network",
                "network, dns, vpn, router, switch, wifi, wi-fi, latency, packet*, firewall, netzwerk, réseau, ネットワーク, 网络");
        category(
                "mail",
                "mail server, smtp, imap, mailbox, spam, attachment*, mailserver, postfach, serveur de messagerie, buzón, メール, 邮件");
        category(
                "server",
                "server*, service, host, cpu, memory, process, deploy*, kernel, container, pod, systemd, serveur*, servidor*, サーバ, 服务器");
        category(
                "delivery",
                "deliver*, parcel*, package*, shipment*, shipped, courier, tracking, bestellung*, paket*, liefer*, geliefert, livraison, colis, commande,"
                        + " envío, pedido, paquete, 配達, 荷物, 快递");
        category(
                "payment",
                "invoice*, payment*, paid, bank, refund*, billing, rechnung*, zahlung*, facture*, paiement, factura*, pago*, 請求, 支払, 发票, 付款");
        category(
                "meeting",
                "meeting*, appointment*, calendar, agenda, conference, call at, lunch, dinner, besprechung*, sitzung*, termin*, réunion*, rendez-vous,"
                        + " reunión*, cita, riunione, 会議, 打ち合わせ, 会议, 회의");
        category(
                "promotion",
                "sale, deal, deals, discount*, coupon, offer*, free shipping, black friday, rabatt, angebot*, promo*, soldes, descuento*, oferta*, sconto,"
                        + " セール, 割引, 优惠");
        category(
                "release",
                "release*, version, upgrade*, update*, changelog, milestone, veröffentlich*, mise à jour, actualización, リリース, 发布");
    }

    private NotificationRules() {}

    private static void category(String name, String words) {
        CATEGORIES.put(name, Keywords.of(words));
    }

    static Severity severity(KeywordText text, String category) {
        boolean over = OVER.in(text);
        if (affirmed(CRITICAL, text)) {
            return over || MILD.contains(category) ? Severity.WARNING : Severity.CRITICAL;
        }
        return affirmed(WARNING, text) && !over ? Severity.WARNING : Severity.INFO;
    }

    static String category(KeywordText text) {
        String best = "general";
        int most = 0;
        for (Map.Entry<String, Keywords> category : CATEGORIES.entrySet()) {
            int count = category.getValue().count(text);
            if (count > most) {
                most = count;
                best = category.getKey();
            }
        }
        return best;
    }

    static boolean actionNeeded(KeywordText text, Severity severity) {
        return severity == Severity.CRITICAL || ACTION.in(text);
    }

    private static boolean affirmed(Keywords words, KeywordText text) {
        return words.places(text)
                .anyMatch(
                        at -> at < 0 || text.before(at, NEGATION_WORDS).stream().noneMatch(NEGATIONS::contains));
    }
}
