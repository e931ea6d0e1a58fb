/*
 * A program that lets users in by PAM, as sshd does, and looks at itself before, during and after.
 *
 * It is told what to do line by line, and answers each line with one of its own:
 *
 *   login SERVICE USER REPLY   one handle from start to end; the reply is typed when asked
 *   login-in-fork ...          the same, but forks while the user types: the login goes on in the
 *                              child, and after its end, with the same reply, in the parent
 *   fork                       the child goes on reading lines; at its `exit` the parent does
 *   reload FILE COUNT          dlopen and dlclose, so many times; it must stay in memory
 *   trap-environment           from now on, whoever reads a variable kills the process
 *   exit
 *
 * Standard output and error are a file that the caller names: whatever a module writes is there.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <security/pam_appl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int answers; /* where the caller reads */

/* Text that is gathered, because stdio might allocate or write behind our back. */
struct text {
    char bytes[8192];
    size_t len;
};

static void add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text->len += (size_t)vsnprintf(text->bytes + text->len, sizeof text->bytes - text->len, format,
                                   arguments);
    va_end(arguments);
    if (text->len >= sizeof text->bytes)
        abort();
}

static void say(const struct text *text)
{
    if (write(answers, text->bytes, text->len) != (ssize_t)text->len)
        abort();
}

static void add_threads(struct text *text)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; (entry = readdir(tasks));)
        count += entry->d_name[0] != '.';
    closedir(tasks);
    add(text, "threads=%d", count);
}

static void add_descriptors(struct text *text)
{
    add(text, " descriptors=");
    DIR *open_ones = opendir("/proc/self/fd");
    for (struct dirent *entry; (entry = readdir(open_ones));) {
        int number = atoi(entry->d_name);
        char name[32], target[256];
        if (entry->d_name[0] == '.' || number == dirfd(open_ones))
            continue;
        snprintf(name, sizeof name, "/proc/self/fd/%d", number);
        ssize_t len = readlink(name, target, sizeof target);
        add(text, "%d:%.*s,", number, (int)len, target);
    }
    closedir(open_ones);
}

/* The lines of `file` that begin with one of the `names`. */
static void add_lines(struct text *text, const char *file, const char *const *names)
{
    char line[512];
    FILE *lines = fopen(file, "re");
    while (fgets(line, sizeof line, lines))
        for (const char *const *name = names; *name; name++)
            if (strncmp(line, *name, strlen(*name)) == 0)
                add(text, " %.*s", (int)strcspn(line, "\n"), line);
    fclose(lines);
}

/* All that a module must leave as it was. */
static void add_state(struct text *text)
{
    static const char *const signals[] = {"SigBlk", "SigIgn", "SigCgt", NULL};
    add_threads(text);
    add_descriptors(text);
    add_lines(text, "/proc/self/status", signals);
}

struct login {
    const char *reply;
    int forks;
    pid_t child;        /* while the user types: 0 in the child, as fork says */
    struct text asked;  /* the state at the prompt */
};

static int type(int count, const struct pam_message **messages, struct pam_response **replies,
                void *data)
{
    struct login *login = data;
    *replies = calloc((size_t)count, sizeof **replies);
    if (messages[0]->msg_style != PAM_PROMPT_ECHO_OFF)
        return PAM_SUCCESS;
    (*replies)->resp = strdup(login->reply);
    login->asked.len = 0;
    add_state(&login->asked);
    if (login->forks) {
        login->child = fork();
        if (login->child > 0)
            waitpid(login->child, NULL, 0);
    }
    return PAM_SUCCESS;
}

static void log_in(const char *service, const char *user, const char *reply, int forks)
{
    static const char *const size[] = {"Rss", NULL};
    struct login login = {.reply = reply, .forks = forks, .child = -1};
    struct pam_conv conversation = {type, &login};
    struct text before = {.len = 0}, after = {.len = 0}, answer = {.len = 0};
    pam_handle_t *pam = NULL;

    add_state(&before);
    int code = pam_start(service, user, &conversation, &pam);
    if (code == PAM_SUCCESS) {
        access("/in-the-module", F_OK); /* marks the place in a trace */
        code = pam_authenticate(pam, 0);
        access("/out-of-the-module", F_OK);
    }
    pam_end(pam, code);
    add_state(&after);

    add(&answer, "%s%d|%s|%s|%s|", forks && login.child == 0 ? "child " : "", code, before.bytes,
        login.asked.bytes, after.bytes);
    add_lines(&answer, "/proc/self/smaps_rollup", size);
    add(&answer, "\n");
    say(&answer);
    if (forks && login.child == 0)
        _exit(0);
}

static void reload(const char *file, int count)
{
    struct text before = {.len = 0}, after = {.len = 0}, answer = {.len = 0};
    const char *error = NULL;
    add_state(&before);
    for (int i = 0; i < count && !error; i++) {
        void *module = dlopen(file, RTLD_NOW | RTLD_LOCAL);
        if (!module || !dlsym(module, "pam_sm_authenticate") || dlclose(module) != 0)
            error = dlerror();
    }
    if (!error && !dlopen(file, RTLD_NOW | RTLD_NOLOAD))
        error = "not loaded any more";
    add_state(&after);
    add(&answer, "%s|%s||%s|\n", error ? error : "0", before.bytes, after.bytes);
    say(&answer);
}

/* In the parent returns when the child has ended. */
static void split(void)
{
    struct text answer = {.len = 0};
    int status = 0;
    pid_t child = fork();
    if (child > 0)
        waitpid(child, &status, 0);
    add(&answer, child > 0 ? "parent again, %d\n" : "child\n", status);
    say(&answer);
}

static void trap_environment(void)
{
    struct text answer = {.len = 0};
    environ = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    add(&answer, environ == MAP_FAILED ? "no trap\n" : "set\n");
    say(&answer);
}

static void obey(char *line)
{
    char *words[4] = {NULL}, *rest = line;
    for (int i = 0; i < 4; i++)
        words[i] = strsep(&rest, " ");
    if (strcmp(words[0], "login") == 0)
        log_in(words[1], words[2], words[3], 0);
    else if (strcmp(words[0], "login-in-fork") == 0)
        log_in(words[1], words[2], words[3], 1);
    else if (strcmp(words[0], "reload") == 0)
        reload(words[1], atoi(words[2]));
    else if (strcmp(words[0], "fork") == 0)
        split();
    else if (strcmp(words[0], "trap-environment") == 0)
        trap_environment();
    else
        exit(strcmp(words[0], "exit") == 0 ? 0 : 2);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    int output = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    answers = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    close(output);
    /* One byte at a time: what is not read yet must still be there for the child. */
    char line[512];
    size_t len = 0;
    while (len < sizeof line && read(STDIN_FILENO, line + len, 1) == 1) {
        if (line[len++] != '\n')
            continue;
        line[len - 1] = 0;
        len = 0;
        obey(line);
    }
    return 0;
}
