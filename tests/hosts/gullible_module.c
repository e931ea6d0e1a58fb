/*
 * A PAM module that makes the mistake which ours must not: it asks whoever stands in the
 * environment, and believes every answer. Tests need it to know that somebody could be fooled.
 */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdlib.h>
#include <systemd/sd-bus.h>

static sd_bus *open_bus(void)
{
    const char *address = getenv("DBUS_SYSTEM_BUS_ADDRESS");
    sd_bus *bus = NULL;
    if (sd_bus_new(&bus) < 0)
        return NULL;
    if (sd_bus_set_address(bus, address ? address : "unix:path=/run/dbus/system_bus_socket") < 0 ||
        sd_bus_set_bus_client(bus, 1) < 0 || sd_bus_start(bus) < 0)
        return sd_bus_unref(bus);
    return bus;
}

static int is_right(const char *user, const char *code)
{
    unsigned verdict = 0, wait = 0, left = 0;
    sd_bus_message *reply = NULL;
    sd_bus *bus = open_bus();
    if (bus && sd_bus_call_method(bus, "org.proauth.Daemon1", "/org/proauth/Daemon1",
                                  "org.proauth.Daemon1.Login", "Verify", NULL, &reply, "(sssss)s",
                                  user, "gullible", "", "", "", code) >= 0)
        sd_bus_message_read(reply, "(uuua(utt))", &verdict, &wait, &left, 0);
    sd_bus_message_unref(reply);
    sd_bus_flush_close_unref(bus);
    return verdict == 1;
}

int pam_sm_authenticate(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    const char *user = NULL;
    char *code = NULL;
    (void)flags, (void)argc, (void)argv;
    if (pam_get_user(pam, &user, NULL) != PAM_SUCCESS ||
        pam_prompt(pam, PAM_PROMPT_ECHO_OFF, &code, "Gullible code: ") != PAM_SUCCESS || !code)
        return PAM_CONV_ERR;
    int right = is_right(user, code);
    free(code);
    return right ? PAM_SUCCESS : PAM_AUTH_ERR;
}

int pam_sm_acct_mgmt(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    (void)pam, (void)flags, (void)argc, (void)argv;
    return PAM_SUCCESS;
}

int pam_sm_setcred(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    (void)pam, (void)flags, (void)argc, (void)argv;
    return PAM_SUCCESS;
}
