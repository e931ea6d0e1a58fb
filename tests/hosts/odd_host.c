/*
 * A program that lets users in by PAM, and does one thing oddly.
 *
 *   odd_host SERVICE [WORD=VALUE]...
 *
 * user=HEX, tty=HEX, rhost=HEX   PAM's items; without, they are not set
 * pam-env=NAME=VALUE             pam_putenv, as sshd does; any number of them
 * env=NAME=VALUE                 setenv, as an attacker does
 * conversation=KIND              see below; without, it types the replies
 * reply=HEX                      what is typed at the next prompt; the last one is repeated
 * streams=none                   standard input, output and error are closed
 * descriptors=N                  no more than so many, as setrlimit counts
 *
 * Prints "code=N prompts=N", where prompts are the calls of the conversation.
 */
#include <fcntl.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char *replies[16];
static int reply_count, prompts;
static const char *kind = "types";
static int output; /* a copy of standard output */

static int talk(int count, const struct pam_message **messages, struct pam_response **answer,
                void *data)
{
    (void)messages;
    (void)data;
    int turn = prompts < reply_count ? prompts : reply_count - 1;
    prompts++;
    if (strcmp(kind, "fails") == 0)
        return PAM_CONV_ERR;
    if (strcmp(kind, "fails-with-a-reply") == 0) { /* which nobody may believe, nor free twice */
        *answer = calloc((size_t)count, sizeof **answer);
        (*answer)->resp = strdup(replies[turn]);
        return PAM_CONV_ERR;
    }
    if (strcmp(kind, "replies-nothing") == 0) {
        *answer = NULL;
        return PAM_SUCCESS;
    }
    *answer = calloc((size_t)count, sizeof **answer);
    if (strcmp(kind, "replies-null") != 0)
        (*answer)->resp = strdup(replies[turn]);
    return PAM_SUCCESS;
}

static char *decode(const char *hex)
{
    size_t len = strlen(hex) / 2;
    char *bytes = calloc(len + 1, 1);
    for (size_t i = 0; i < len; i++)
        sscanf(hex + 2 * i, "%2hhx", (unsigned char *)bytes + i);
    return bytes;
}

/* The value, where `argument` is WORD=VALUE. */
static const char *value(const char *argument, const char *word)
{
    size_t len = strlen(word);
    return strncmp(argument, word, len) == 0 && argument[len] == '=' ? argument + len + 1 : NULL;
}

static void set(pam_handle_t *pam, const char *argument)
{
    const char *it;
    if ((it = value(argument, "tty")))
        pam_set_item(pam, PAM_TTY, decode(it));
    else if ((it = value(argument, "rhost")))
        pam_set_item(pam, PAM_RHOST, decode(it));
    else if ((it = value(argument, "pam-env")))
        pam_putenv(pam, it);
    else if (value(argument, "streams"))
        for (int stream = 0; stream < 3; stream++)
            close(stream);
    else if ((it = value(argument, "descriptors")))
        setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)atoi(it), (rlim_t)atoi(it)});
}

static const char *prepare(int count, char **arguments)
{
    const char *user = NULL, *it;
    for (int i = 0; i < count; i++) {
        if ((it = value(arguments[i], "user")))
            user = decode(it);
        else if ((it = value(arguments[i], "conversation")))
            kind = it;
        else if ((it = value(arguments[i], "reply")))
            replies[reply_count++] = decode(it);
        else if ((it = value(arguments[i], "env")))
            putenv((char *)it);
    }
    if (reply_count == 0)
        replies[reply_count++] = "";
    return user;
}

int main(int argc, char **argv)
{
    const char *user = prepare(argc - 2, argv + 2);
    struct pam_conv conversation = {strcmp(kind, "null") == 0 ? NULL : talk, NULL};
    pam_handle_t *pam = NULL;
    output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
    int code = pam_start(argv[1], user, &conversation, &pam);
    if (code != PAM_SUCCESS) {
        dprintf(output, "pam_start=%d\n", code);
        return 1;
    }
    if (strcmp(kind, "taken-away") == 0) {
        dprintf(output, "code=%d prompts=0\n", pam_set_item(pam, PAM_CONV, NULL));
        return pam_end(pam, PAM_SUCCESS);
    }
    for (int i = 2; i < argc; i++)
        set(pam, argv[i]);
    code = pam_authenticate(pam, PAM_SILENT);
    dprintf(output, "code=%d prompts=%d\n", code, prompts);
    return pam_end(pam, code) == PAM_SUCCESS ? 0 : 1;
}
