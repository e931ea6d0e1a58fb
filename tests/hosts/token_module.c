/*
 * A PAM module that fills and shows PAM_AUTHTOK, which an application cannot do: libpam lets
 * modules alone touch it.
 *
 *   ask    asks for a first pass and leaves it in PAM_AUTHTOK unjudged, as a first factor does
 *   show   says what is in there
 */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdlib.h>
#include <string.h>

static int ask(pam_handle_t *pam)
{
    char *typed = NULL;
    if (pam_prompt(pam, PAM_PROMPT_ECHO_OFF, &typed, "First pass: ") != PAM_SUCCESS || !typed)
        return PAM_CONV_ERR;
    int code = pam_set_item(pam, PAM_AUTHTOK, typed);
    free(typed);
    return code;
}

static int show(pam_handle_t *pam)
{
    const void *token = NULL;
    if (pam_get_item(pam, PAM_AUTHTOK, &token) != PAM_SUCCESS)
        return PAM_SERVICE_ERR;
    if (token)
        pam_info(pam, "PAM_AUTHTOK is \"%s\"", (const char *)token);
    else
        pam_info(pam, "PAM_AUTHTOK is not set");
    return PAM_IGNORE;
}

int pam_sm_authenticate(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    (void)flags;
    if (argc != 1)
        return PAM_SERVICE_ERR;
    return strcmp(argv[0], "ask") == 0 ? ask(pam) : show(pam);
}

int pam_sm_setcred(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    (void)pam, (void)flags, (void)argc, (void)argv;
    return PAM_SUCCESS;
}
