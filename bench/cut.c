/* Loaded into a sender (LD_PRELOAD): keeps beside each file of $CUT_FOLDER the content that its last finished sync made
 * durable, as FILE.durable. After a kill, bench.kill puts these in place of the files: what a power cut would have left. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep(int file) {
  char link[64], path[4096], beside[4200], durable[4200];
  const char *folder = getenv("CUT_FOLDER");
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  struct stat what;
  if (!folder || length < 0 || fstat(file, &what) || !S_ISREG(what.st_mode)) return;
  path[length] = 0;
  if (strncmp(path, folder, strlen(folder))) return;
  snprintf(beside, sizeof beside, "%s.keeping", path);
  snprintf(durable, sizeof durable, "%s.durable", path);
  int from = open(path, O_RDONLY), to = open(beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  off_t at = 0;
  while (from >= 0 && to >= 0 && at < what.st_size && sendfile(to, from, &at, what.st_size - at) > 0) {}
  if (from >= 0) close(from);
  if (to >= 0) close(to);
  int (*real_rename)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
  real_rename(beside, durable);
}

int fsync(int file) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  int result = real(file);
  if (!result) keep(file);
  return result;
}

int fdatasync(int file) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  int result = real(file);
  if (!result) keep(file);
  return result;
}

int rename(const char *from, const char *to) {
  char durable_from[4200], durable_to[4200];
  int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
  int result = real(from, to);
  snprintf(durable_from, sizeof durable_from, "%s.durable", from);
  snprintf(durable_to, sizeof durable_to, "%s.durable", to);
  if (!result) real(durable_from, durable_to);
  return result;
}
